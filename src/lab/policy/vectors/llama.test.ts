import { afterAll, describe, expect, it } from "vitest";
import type { Policy, Prompts } from "../policy.ts";
import { simdPolicy } from "../simd/simdPolicy.ts";
import { wasmPaths } from "../tfjs/testWasmPaths.ts";
import { tfjsPolicy } from "../tfjs/tfjsPolicy.ts";
import * as llama from "./testLlama.ts";

const make = {
  wasm: () => tfjsPolicy(llama.shape, llama.weights, { backend: "wasm", wasmPaths }),
  simd: () => simdPolicy(llama.shape, llama.weights),
  cpu: () => tfjsPolicy(llama.shape, llama.weights, { backend: "cpu" }),
};

// Float32 arithmetic against float64: 1e-4 relative. `floor` is 1% of the largest value compared.
const TOLERANCE = 1e-4;

describe.each(Object.entries(make))("a Hugging Face Llama on %s", (_, start) => {
  const made: Policy[] = [];
  afterAll(() => {
    for (const policy of made) policy.dispose();
  });
  const policy = async (): Promise<Policy> => {
    const one = await start();
    made.push(one);
    return one;
  };

  it("has the logits that transformers computes, left padding included", async () => {
    const logits = await (await policy()).logits(llama.batch);
    const first = llama.expected.logits.flat(2);
    expect(llama.relativeError(logits.subarray(0, first.length), first, 0.02)).toBeLessThan(TOLERANCE);
  });

  it("has its log-probabilities and entropies", async () => {
    const { logp, entropy } = await (await policy()).score(llama.everything);
    const masked = (rows: number[][]) => rows.flat().map((value, i) => value * llama.everything.mask[i]!);
    expect(llama.relativeError(logp, masked(llama.expected.logp), 0.02)).toBeLessThan(TOLERANCE);
    expect(llama.relativeError(entropy, masked(llama.expected.entropy), 0.02)).toBeLessThan(TOLERANCE);
  });

  it("has torch's gradient of Σ credit·logp + Σ entropyCredit·entropy", async () => {
    const gradient = await (await policy()).gradient([llama.batch], [llama.credit]);
    expect(llama.relativeError(gradient, llama.gradient, 0.05)).toBeLessThan(TOLERANCE);
  });

  it("makes torch's three AdamW updates", async () => {
    const one = await policy();
    const losses: number[] = [];
    const norms: number[] = [];
    for (let step = 0; step < 3; step++) {
      const report = await one.learn(
        [llama.batch],
        ([scores]) => {
          losses.push(llama.meanLoss(scores!.logp));
          return [llama.meanLossCredit()];
        },
        llama.adamW,
      );
      norms.push(report.gradNorm);
    }
    expect(llama.relativeError(losses, llama.expected.losses, 0)).toBeLessThan(TOLERANCE);
    expect(llama.relativeError(norms, llama.expected.gradNorms, 0)).toBeLessThan(TOLERANCE);
    const { weights } = await one.export();
    expect(llama.relativeError(weights, llama.weightsAfterThree, 0.02)).toBeLessThan(TOLERANCE);
  });

  it("continues greedily as transformers' generate does", async () => {
    const { greedy, greedyPromptLength: length, ids } = llama.expected;
    const prompts: Prompts = {
      rows: ids.length,
      length,
      ids: Int32Array.from(ids.flatMap((row) => row.slice(0, length))),
      starts: llama.starts,
    };
    const maxNewTokens = greedy[0]!.length - length;
    const key = { seed: 0, stream: 0, step: 0 };
    const rollouts = await (await policy()).sample(prompts, { maxNewTokens, temperature: 0, topP: 1, key });
    expect([...rollouts.ids]).toEqual(greedy.flatMap((row) => row.slice(length)));
  });
});
