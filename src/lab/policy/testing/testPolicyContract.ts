import { afterEach, describe, expect, it } from "vitest";
import { Streams } from "../../rng.ts";
import type { HintedStream, Policy, PolicyState, SampleOptions } from "../policy.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import type { PolicyShape } from "../shape.ts";
import {
  compareGradients,
  compareLearning,
  compareLogits,
  compareScores,
  REFERENCE_SHAPES,
  SHAPES,
  testBatch,
  testPrompts,
  testStep,
  testWeights,
} from "./parity.ts";

const nano = SHAPES.nano!;
const key = { seed: 11, stream: Streams.tests, step: 3 };
const plain: SampleOptions = { maxNewTokens: 7, temperature: 1, topP: 1, key };

/**
 * What every implementation of `Policy` must do, as tests: the answers of the float64 reference within float32, the same bits
 * twice and after a resume, snapshots, and errors in the user's words. Call it inside a `describe`.
 */
export function testPolicyContract(open: (shape: PolicyShape, weights: Float32Array) => Promise<Policy>): void {
  const made: Policy[] = [];
  afterEach(() => {
    for (const policy of made.splice(0)) policy.dispose();
  });
  const start = async (shape: PolicyShape, weights = testWeights(shape)): Promise<Policy> => {
    const policy = await open(shape, weights);
    made.push(policy);
    return policy;
  };

  describe.each(Object.entries(SHAPES))("with the shape %s", (_, shape) => {
    it("says and learns what the float64 reference does", async () => {
      const policy = await start(shape);
      const reference = referencePolicy(shape, testWeights(shape));
      for (const compare of [compareScores, compareGradients]) {
        for (const [name, distance] of Object.entries(await compare(policy, reference))) {
          expect(distance, name).toBeLessThan(1e-5);
        }
      }
      const learned = await compareLearning(policy, reference, 3);
      for (const [name, distance] of Object.entries(learned)) expect(distance, name).toBeLessThan(1e-4);
    });

    it("writes the tokens that the reference writes", async () => {
      const policy = await start(shape);
      const reference = referencePolicy(shape, testWeights(shape));
      const prompts = testPrompts(shape, 3, 5);
      for (const options of [plain, { ...plain, temperature: 0.7, topP: 0.8 }, { ...plain, temperature: 0 }]) {
        const [ours, theirs] = [await policy.sample(prompts, options), await reference.sample(prompts, options)];
        expect([...ours.ids]).toEqual([...theirs.ids]);
        expect(ours.lengths).toEqual(theirs.lengths);
        expect(ours.ended).toEqual(theirs.ended);
        for (const [i, value] of theirs.logp.entries()) expect(ours.logp[i]).toBeCloseTo(value, 4);
        for (const [i, value] of theirs.entropy.entries()) expect(ours.entropy[i]).toBeCloseTo(value, 4);
      }
    });
  });

  it.each(Object.entries(REFERENCE_SHAPES))(
    "says the logits of a model like %s, and writes with it",
    async (_, shape) => {
      const policy = await start(shape);
      const reference = referencePolicy(shape, testWeights(shape));
      expect(await compareLogits(policy, reference)).toBeLessThan(1e-5);
      const prompts = testPrompts(shape, 2, 6);
      const options = { ...plain, maxNewTokens: 3 };
      const end = (await reference.sample(prompts, options)).ids[1]!;
      const [ours, theirs] = [
        await policy.sample(prompts, { ...options, end }),
        await reference.sample(prompts, { ...options, end }),
      ];
      expect([...ours.ids]).toEqual([...theirs.ids]);
      expect(ours.lengths[0]).toBe(2);
      expect(ours.ended).toEqual(theirs.ended);
    },
  );

  it("samples what it scores", async () => {
    const policy = await start(nano);
    const { ids: head, starts, rows, length } = testPrompts(nano, 3, 5);
    const temperature = 0.7;
    const rollouts = await policy.sample({ ids: head, starts, rows, length }, { ...plain, temperature });
    const whole = length + rollouts.length;
    const ids = new Int32Array(rows * whole);
    const mask = new Float32Array(rows * (whole - 1));
    for (let row = 0; row < rows; row++) {
      ids.set(head.subarray(row * length, (row + 1) * length), row * whole);
      ids.set(rollouts.ids.subarray(row * rollouts.length, (row + 1) * rollouts.length), row * whole + length);
      const from = row * (whole - 1) + length - 1;
      mask.fill(1, from, from + rollouts.lengths[row]!);
    }
    const scores = await policy.score({ rows, length: whole, ids, starts, mask, temperature });
    for (let row = 0; row < rows; row++) {
      for (let n = 0; n < rollouts.lengths[row]!; n++) {
        const at = row * (whole - 1) + length - 1 + n;
        expect(scores.logp[at]).toBeCloseTo(rollouts.logp[row * rollouts.length + n]!, 4);
        expect(scores.entropy[at]).toBeCloseTo(rollouts.entropy[row * rollouts.length + n]!, 4);
      }
    }
  });

  it.each(["linear", "sigmoid", "piecewise"] as const)(
    "writes hinted completions as the reference does, gate %s",
    async (gate) => {
      const policy = await start(nano);
      const reference = referencePolicy(nano, testWeights(nano));
      const prompts = testPrompts(nano, 3, 5);
      const alone = await reference.sample(testPrompts(nano, 3, 8), plain);
      // A token that the hinted stream writes early, so that some row switches.
      const hinted: HintedStream = { prompts: testPrompts(nano, 3, 8), gate, beta: 0.4, switchToken: alone.ids[1]! };
      const options = { ...plain, temperature: 0.8, topP: 0.95, hinted };
      const [ours, theirs] = [await policy.sample(prompts, options), await reference.sample(prompts, options)];
      expect([...ours.ids]).toEqual([...theirs.ids]);
      expect(ours.lambda![0]).toBe(0);
      for (const [i, value] of theirs.lambda!.entries()) expect(ours.lambda![i]).toBeCloseTo(value, 4);
      for (const [i, value] of theirs.logp.entries()) expect(ours.logp[i]).toBeCloseTo(value, 4);
    },
  );

  it("learns the same bits twice, and after export and import", async () => {
    const weights = async (policy: Policy) => (await policy.export()).weights;
    const [straight, again, half] = [await start(nano), await start(nano), await start(nano)];
    for (let step = 0; step < 6; step++) {
      await testStep(straight, step);
      await testStep(again, step);
      if (step < 3) await testStep(half, step);
    }
    const resumed = await start(nano, new Float32Array(testWeights(nano).length));
    await resumed.import(await half.export());
    for (let step = 3; step < 6; step++) await testStep(resumed, step);
    const expected = await weights(straight);
    expect(await weights(again)).toEqual(expected);
    expect(await resumed.export()).toEqual(await straight.export());
    expect(await weights(resumed)).toEqual(expected);
  });

  it("reads, mixes and restores snapshots", async () => {
    const policy = await start(nano);
    const batch = testBatch(nano, 2, 8);
    const first = testWeights(nano);
    await policy.snapshot("reference");
    const before = await policy.score(batch);
    await testStep(policy, 0);
    expect(await policy.score(batch, "reference")).toEqual(before);
    expect((await policy.score(batch)).logp).not.toEqual(before.logp);
    const { weights } = await policy.export();
    await policy.snapshot("reference", 0.25);
    const mixed = (await policy.export()).snapshots.reference!;
    for (const i of [0, 1000, 9000]) expect(mixed[i]).toBeCloseTo(0.25 * weights[i]! + 0.75 * first[i]!, 6);
    await policy.restore("reference");
    expect((await policy.export()).weights).toEqual(mixed);
  });

  it("says in one sentence what it cannot serve", async () => {
    const policy = await start(nano);
    const batch = testBatch(nano, 2, 8);
    await expect(policy.score(batch, "behaviour")).rejects.toThrow(
      "behaviour weights must be taken with snapshot first",
    );
    await expect(policy.snapshot("behaviour", 0.5)).rejects.toThrow("must have been taken before it can be mixed");
    await expect(policy.score({ ...batch, ids: batch.ids.map(() => 99) })).rejects.toThrow(
      "a token must be in [0, 60), the vocabulary of this policy, got 99",
    );
    const long = testBatch(nano, 1, 200);
    await expect(policy.score(long)).rejects.toMatchObject({ name: "PolicyError", kind: "limits" });
    const state: PolicyState = await policy.export();
    await expect(policy.import({ ...state, shape: { ...nano, layers: 2 } })).rejects.toThrow(
      "state: layers must be 1 as in this policy, got 2",
    );
    policy.dispose();
    await expect(policy.score(batch)).rejects.toThrow("must not be used after dispose");
  });
}
