import { afterAll, describe, expect, it } from "vitest";
import { freshState } from "../policy.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { followReference } from "../testing/followReference.ts";
import * as parity from "../testing/wgslParity.ts";
import { suiteName, testDevice } from "./device/testDevice.ts";
import { selfTest } from "./selfTest.ts";
import { wgslPolicy } from "./wgslPolicy.ts";

const found = await testDevice();
afterAll(() => found.device?.destroy());

describe.skipIf(!found.device)(suiteName("the fast policy in this browser", found), { timeout: 240_000 }, () => {
  const device = found.device!;
  const shape = parity.NANO_SHAPE;

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
