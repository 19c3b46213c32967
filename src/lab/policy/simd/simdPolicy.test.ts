import { describe, expect, it, vi } from "vitest";
import { Streams } from "../../rng.ts";
import type { Policy, TokenScores } from "../policy.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { SHAPES, TEST_RULE, testBatch, testPrompts, testStep, testWeights } from "../testing/parity.ts";
import { testMicroBatches } from "../testing/testMicroBatches.ts";
import { testPolicyContract } from "../testing/testPolicyContract.ts";
import { canFuse } from "./module.ts";
import { allowRelaxedSimd } from "./relaxedSimd.node.ts";
import { simdPolicy } from "./simdPolicy.ts";
import { bitsOf, digest, TRAINED_BITS, TRAINED_NAMES, TRAINED_SHAPE, trainFor } from "./testTraining.ts";

const nano = SHAPES.nano!;
const key = { seed: 11, stream: Streams.tests, step: 3 };

allowRelaxedSimd();
const fuses = await canFuse();

describe.skipIf(!fuses)("the SIMD policy with fused multiply-adds", () => {
  testPolicyContract((shape, weights) => simdPolicy(shape, weights, { variant: "fused" }));
  testMicroBatches((shape, weights, workBytes) => simdPolicy(shape, weights, { variant: "fused", workBytes }), 0, 4e5);

  it("says so, and computes other bits", async () => {
    const [plain, fused] = [
      await simdPolicy(nano, testWeights(nano)),
      await simdPolicy(nano, testWeights(nano), { variant: "fused" }),
    ];
    expect([plain.info.implementation, fused.info.implementation]).toEqual(["simd", "simd-fused"]);
    const batch = testBatch(nano, 3, 11);
    expect((await fused.score(batch)).logp).not.toEqual((await plain.score(batch)).logp);
  });
});

describe("the SIMD policy", () => {
  testPolicyContract((shape, weights) => simdPolicy(shape, weights));
  testMicroBatches((shape, weights, workBytes) => simdPolicy(shape, weights, { workBytes }), 0, 4e5);

  it.each(TRAINED_NAMES)("stays with the float64 reference for 50 steps of %s", async (name) => {
    const policy = await simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
    const reference = referencePolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
    const [ours, theirs] = [await trainFor(policy, name, 50), await trainFor(reference, name, 50)];
    for (const [step, { loss, gradNorm, paramNorm }] of ours.entries()) {
      const expected = theirs[step]!;
      expect(Math.abs(loss - expected.loss), `loss at ${step}`).toBeLessThan(
        1e-4 * Math.max(1, Math.abs(expected.loss)),
      );
      expect(Math.abs(gradNorm / expected.gradNorm - 1), `gradNorm at ${step}`).toBeLessThan(1e-2);
      expect(Math.abs(paramNorm / expected.paramNorm - 1), `paramNorm at ${step}`).toBeLessThan(1e-5);
    }
  });

  it("computes the bits that it computes in a browser", async () => {
    const policy = await simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
    expect(await digest(await bitsOf(policy))).toBe(TRAINED_BITS);
  });

  it("says the same of a row whatever rows stand beside it", async () => {
    const policy = await simdPolicy(nano, testWeights(nano));
    const batch = testBatch(nano, 7, 13);
    const whole = await policy.score(batch);
    for (const row of [0, 4, 6]) {
      const part = <A extends Int32Array | Float32Array>(values: A, width: number) =>
        values.slice(row * width, (row + 1) * width) as A;
      const own = {
        ...batch,
        rows: 1,
        ids: part(batch.ids, 13),
        starts: part(batch.starts, 1),
        mask: part(batch.mask, 12),
      };
      expect((await policy.score(own)).logp).toEqual(part(whole.logp, 12));
    }
    const prompts = testPrompts(nano, 7, 5);
    const options = { maxNewTokens: 9, temperature: 1, topP: 1, key };
    const together = await policy.sample(prompts, options);
    const hinted = { prompts: testPrompts(nano, 7, 8), gate: "linear", beta: 0.4, switchToken: 3 } as const;
    const rowByRow = await simdPolicy(nano, testWeights(nano), { workBytes: 1 });
    expect(await rowByRow.sample(prompts, { ...options, hinted })).toEqual(
      await policy.sample(prompts, { ...options, hinted }),
    );
    const first = { rows: 1, length: 5, ids: prompts.ids.slice(0, 5), starts: prompts.starts.slice(0, 1) };
    expect((await policy.sample(first, options)).logp).toEqual(together.logp.slice(0, 9));
  });

  it("needs no more memory after a thousand steps than after the first ones", async () => {
    const policy = await simdPolicy(nano, testWeights(nano));
    await policy.snapshot("reference");
    const work = async (step: number) => {
      await testStep(policy, step % 3);
      await policy.sample(testPrompts(nano, 2, 4), { maxNewTokens: 3, temperature: 1, topP: 0.9, key });
      await policy.score(testBatch(nano, 2, 8), "reference");
      await policy.snapshot("reference", 0.5);
    };
    for (let step = 0; step < 3; step++) await work(step);
    const before = policy.memory();
    for (let step = 3; step < 1000; step++) await work(step);
    expect(policy.memory()).toEqual(before);
    await policy.import({ ...(await policy.export()), snapshots: {} });
    expect(policy.memory()).toEqual({ ...before, buffers: before.buffers - 1 });
    policy.dispose();
    expect(policy.memory()).toEqual({ bytes: 0, buffers: 0 });
  });

  it("goes on with half a piece where memory was refused, and says so; refuses what then has no room either", async () => {
    const notices: string[] = [];
    const open = () => simdPolicy(nano, testWeights(nano), { onNotice: (sentence) => notices.push(sentence) });
    const batches = Array.from({ length: 4 }, () => testBatch(nano, 150, 13));
    let asked = 0;
    const assign = (scores: readonly TokenScores[]) => {
      asked++;
      return scores.map(({ logp }) => ({ dLogp: logp }));
    };
    const step = (policy: Policy) => policy.learn(batches, assign, TEST_RULE);
    const roomy = await open();
    const report = await step(roomy);
    const [tight, full] = [await open(), await open()];
    const { grow } = WebAssembly.Memory.prototype;
    let most = roomy.memory().bytes - 1;
    vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (this: WebAssembly.Memory, pages) {
      if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError("no more memory");
      return grow.call(this, pages);
    });
    expect(await step(tight)).toEqual(report);
    // Memory is refused before the objective is asked, which may count its turns.
    expect(asked).toBe(2);
    expect((await tight.export()).weights).toEqual((await roomy.export()).weights);
    expect(notices).toEqual([
      expect.stringMatching(/^The policy must find \d+ MiB of memory, got none: from here on .* at most [\d.]+ MiB\.$/),
    ]);
    most = 0;
    const refused = { name: "PolicyError", kind: "limits" };
    await expect(step(full)).rejects.toMatchObject(refused);
    await expect(full.logits(batches[0]!)).rejects.toMatchObject(refused);
    expect(asked).toBe(2);
    await expect(open()).rejects.toThrow(
      /^a policy of \d+ parameters must find [\d.]+ MiB for weights, moments, gradient/,
    );
    // What was refused changed nothing, and is made once there is room.
    vi.restoreAllMocks();
    expect(await step(full)).toEqual(report);
  });

  it("refuses a gate that there is not", async () => {
    const policy = await simdPolicy(nano, testWeights(nano));
    const prompts = testPrompts(nano, 2, 4);
    const hinted = { prompts, gate: "steep" as "linear", beta: 1, switchToken: -1 };
    await expect(policy.sample(prompts, { maxNewTokens: 2, temperature: 1, topP: 1, key, hinted })).rejects.toThrow(
      'gate must be linear, sigmoid or piecewise, got "steep"',
    );
  });
});
