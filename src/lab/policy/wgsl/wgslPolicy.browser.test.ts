import { afterAll, describe, expect, it } from "vitest";
import { referencePolicy } from "../reference/referencePolicy.ts";
import * as parity from "./parity.ts";
import { selfTest } from "./selfTest.ts";
import { suiteName, testDevice } from "./testDevice.ts";
import { wgslPolicy } from "./wgslPolicy.ts";

const found = await testDevice();
afterAll(() => found.device?.destroy());

describe.skipIf(!found.device)(suiteName("the fast policy in this browser", found), { timeout: 240_000 }, () => {
  const device = found.device!;
  const shape = parity.NANO_SHAPE;

  it("passes its self-test", async () => {
    expect(await selfTest(device)).toBeNull();
  });

  it("scores, differentiates and learns as the float64 reference does, and draws its tokens", async () => {
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

    for (let step = 1; step <= 10; step++) {
      const losses: number[] = [];
      for (const learner of [policy, reference]) {
        await learner.learn(
          batches,
          (scores) => {
            losses.push(parity.meanLoss(batches, scores));
            return parity.meanCredit(batches);
          },
          parity.TEST_ADAM,
        );
      }
      expect(Math.abs(losses[0]! / losses[1]! - 1), `loss at step ${step}`).toBeLessThan(1e-4);
    }
    policy.dispose();
    expect(policy.memory()).toEqual({ bytes: 0, buffers: 0 });
  });
});
