import { afterAll, describe, expect, it } from "vitest";
import { freshState } from "../policy.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { followReference } from "../testing/followReference.ts";
import {
  compareGradients,
  compareLearning,
  compareLogits,
  compareScores,
  REFERENCE_SHAPES,
  SHAPES,
  testPrompts,
  testWeights,
} from "../testing/parity.ts";
import * as parity from "../testing/wgslParity.ts";
import { suiteName, testDevice } from "./device/testDevice.ts";
import { selfTest, selfTestShape } from "./selfTest.ts";
import { wgslPolicy } from "./wgslPolicy.ts";

const found = await testDevice();
afterAll(() => found.device?.destroy());

describe.skipIf(!found.device)(suiteName("the fast policy in this browser", found), { timeout: 240_000 }, () => {
  const device = found.device!;
  // Its kernels are there once the self-test has passed.
  const shape = selfTestShape;

  it("passes its self-test", async () => {
    expect(await selfTest(device)).toBeNull();
  });

  it("scores and differentiates as the float64 reference does, and draws its tokens", async () => {
    const weights = parity.testWeights(shape);
    const policy = await wgslPolicy(shape, weights, { device });
    const reference = referencePolicy(shape, weights);
    const batches = [parity.testBatch(shape, 3, 14), parity.testBatch(shape, 2, 22, 2, 0.8)];
    const errors = await parity.parityErrors(policy, weights, batches);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);

    const { prompts, options } = parity.samplingOf(shape, { temperature: 0.8, topP: 0.9 });
    expect([...(await policy.sample(prompts, options)).ids]).toEqual([
      ...(await reference.sample(prompts, options)).ids,
    ]);

    policy.dispose();
    expect(policy.memory()).toEqual({ bytes: 0, buffers: 0 });
  });

  it("scores, differentiates and learns with no size that suits its kernels, as if they were not padded", async () => {
    const odd = { ...SHAPES.nano!, width: 30, heads: 3, kvHeads: 1, headWidth: 10, hidden: 45, tied: false };
    const policy = await wgslPolicy(odd, testWeights(odd), { device });
    const reference = referencePolicy(odd, testWeights(odd));
    expect(policy.layout).toEqual(reference.layout);
    for (const compare of [compareScores, compareGradients])
      for (const [name, distance] of Object.entries(await compare(policy, reference)))
        expect(distance, name).toBeLessThan(1e-5);
    for (const [name, distance] of Object.entries(await compareLearning(policy, reference, 2)))
      expect(distance, name).toBeLessThan(1e-4);
    await policy.import(await policy.export());
    policy.dispose();
  });

  it.each(["stories260K", "SimpleStories-1.25M"])(
    "says the logits of a model like %s, and writes with it",
    async (name) => {
      const model = REFERENCE_SHAPES[name]!;
      const policy = await wgslPolicy(model, testWeights(model), { device });
      const reference = referencePolicy(model, testWeights(model));
      expect(await compareLogits(policy, reference)).toBeLessThan(1e-5);
      const prompts = testPrompts(model, 3, 6);
      const key = { seed: 1, stream: 1, step: 1 };
      const options = { maxNewTokens: 3, temperature: 0.9, topP: 0.9, key };
      expect([...(await policy.sample(prompts, options)).ids]).toEqual([
        ...(await reference.sample(prompts, options)).ids,
      ]);
      policy.dispose();
    },
  );

  it("stays within 1e-4 of float64 for 50 steps of sft, grpo and dpo", async () => {
    const policy = await wgslPolicy(shape, parity.testWeights(shape), { device });
    for (const name of Object.keys(parity.ASSIGNMENTS)) {
      await policy.import(freshState(shape, parity.testWeights(shape)));
      const distances = await followReference(policy, name, 50, 10);
      expect(distances.loss, name).toBeLessThan(1e-4);
      expect(distances.gradient, name).toBeLessThan(1e-4);
      expect(distances.gradNorm, name).toBeLessThan(1e-3);
      expect(distances.paramNorm, name).toBeLessThan(1e-5);
    }
    policy.dispose();
  });
});
