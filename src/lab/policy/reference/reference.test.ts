import { describe, expect, it } from "vitest";
import { normal, Streams } from "../../rng.ts";
import type { Sequences, TokenCredit } from "../policy.ts";
import { type PolicyShape, parameterCount } from "../shape.ts";
import * as llama from "../vectors/testLlama.ts";
import { adamW64 } from "./adamW.ts";
import { forward64, gradient64 } from "./forward.ts";
import { generate64 } from "./generate.ts";
import { referencePolicy } from "./referencePolicy.ts";

// transformers takes its norms and softmaxes in float32 even in a float64 model, so that 1e-6 relative holds down to a
// tenth or so of the largest value compared; our own float64 agrees with itself to 1e-9, below.
describe("the reference policy against transformers and torch in float64", () => {
  it("has the logits, log-probabilities and entropies", () => {
    const { logits, logp, entropy } = forward64(llama.shape, llama.weights, llama.everything);
    const masked = (rows: number[][]) => rows.flat().map((value, i) => value * llama.everything.mask[i]!);
    const first = llama.expected.logits.flat(2);
    expect(llama.relativeError(logits.subarray(0, first.length), first, 0.2)).toBeLessThan(1e-6);
    expect(llama.relativeError(logp, masked(llama.expected.logp), 0.2)).toBeLessThan(1e-6);
    expect(llama.relativeError(entropy, masked(llama.expected.entropy), 0.2)).toBeLessThan(1e-6);
  });

  it("has the gradient of Σ credit·logp + Σ entropyCredit·entropy", () => {
    const gradient = gradient64(llama.shape, llama.weights, [llama.batch], [llama.credit]);
    expect(llama.relativeError(gradient, llama.gradient, 2)).toBeLessThan(1e-6);
  });

  it("makes the three AdamW updates", () => {
    let state: Record<"weights" | "first" | "second", Float64Array> = {
      weights: Float64Array.from(llama.weights),
      first: new Float64Array(llama.weights.length),
      second: new Float64Array(llama.weights.length),
    };
    const norms: number[] = [];
    for (let step = 0; step < 3; step++) {
      const gradient = gradient64(llama.shape, state.weights, [llama.batch], [llama.meanLossCredit()]);
      const { gradNorm, ...next } = adamW64(llama.shape, state, gradient, llama.adamW, step);
      norms.push(gradNorm);
      state = next;
    }
    expect(llama.relativeError(norms, llama.expected.gradNorms, 0)).toBeLessThan(1e-6);
    expect(llama.relativeError(state.weights, llama.weightsAfterThree, 0.2)).toBeLessThan(1e-6);
  });

  it("continues greedily", () => {
    const { greedy, greedyPromptLength: length, ids } = llama.expected;
    const prompts = {
      rows: ids.length,
      length,
      ids: Int32Array.from(ids.flatMap((row) => row.slice(0, length))),
      starts: llama.starts,
    };
    const maxNewTokens = greedy[0]!.length - length;
    const key = { seed: 0, stream: 0, step: 0 };
    const rollouts = generate64(llama.shape, llama.weights, prompts, { maxNewTokens, temperature: 0, topP: 1, key });
    expect([...rollouts.ids]).toEqual(greedy.flatMap((row) => row.slice(length)));
  });
});

describe("the reference policy's gradient", () => {
  const shape: PolicyShape = {
    vocabSize: 7,
    width: 8,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headWidth: 4,
    hidden: 10,
    context: 16,
    ropeTheta: 100,
    normEpsilon: 1e-5,
    tied: false,
  };
  const draw = (row: number, i: number) => normal({ seed: 3, stream: Streams.tests, step: 0 }, row, i);
  const weights = Float64Array.from({ length: parameterCount(shape) }, (_, i) => 0.5 * draw(0, i));
  const batch: Sequences = {
    rows: 2,
    length: 6,
    ids: Int32Array.of(1, 4, 2, 6, 3, 5, 0, 0, 1, 5, 5, 2),
    starts: Int32Array.of(0, 2),
    mask: Float32Array.of(0, 1, 1, 0, 1, 0, 0, 1, 1, 1),
    temperature: 0.7,
  };
  const values = Float64Array.from({ length: 10 }, (_, i) => draw(1, i));

  it.each([
    ["dLogp", "logp"],
    ["dEntropy", "entropy"],
    ["dMeanLogp", "meanLogp"],
  ] as const)("of %s is what finite differences measure, with grouped heads and a head of its own", (name, score) => {
    const credit: TokenCredit = { dLogp: new Float64Array(10), [name]: values };
    const gradient = gradient64(shape, weights, [batch], [credit]);
    const objective = (theta: Float64Array) =>
      forward64(shape, theta, batch)[score].reduce((sum, value, i) => sum + values[i]! * value, 0);
    const step = 1e-5;
    for (let i = 0; i < weights.length; i += 3) {
      const nudged = (by: number) => weights.map((value, j) => (j === i ? value + by : value));
      const slope = (objective(nudged(step)) - objective(nudged(-step))) / (2 * step);
      expect(Math.abs(gradient[i]! - slope), `parameter ${i}`).toBeLessThan(1e-7 * (1 + Math.abs(slope)));
    }
  });

  it("ignores credits where nothing is scored", () => {
    const inside = values.map((value, i) => value * batch.mask[i]!);
    const a = gradient64(shape, weights, [batch], [{ dLogp: values }]);
    expect(gradient64(shape, weights, [batch], [{ dLogp: inside }])).toEqual(a);
  });
});

describe("referencePolicy", () => {
  it("goes on exactly after export and import, and reads a snapshot's weights", async () => {
    const straight = referencePolicy(llama.shape, llama.weights);
    const resumed = referencePolicy(llama.shape, new Float32Array(llama.weights.length));
    const step = (policy: typeof straight) => policy.learn([llama.batch], () => [llama.meanLossCredit()], llama.adamW);
    await straight.snapshot("reference");
    await step(straight);
    await resumed.import(await straight.export());
    expect(await step(resumed)).toEqual(await step(straight));
    expect(await resumed.export()).toEqual(await straight.export());
    const before = await referencePolicy(llama.shape, llama.weights).score(llama.batch);
    expect(await resumed.score(llama.batch, "reference")).toEqual(before);
    await resumed.restore("reference");
    expect(await resumed.score(llama.batch)).toEqual(before);
  });
});
