import type { Policy, UpdateReport } from "../policy.ts";
import { forward64, gradient64 } from "../reference/forward.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { ASSIGNMENTS, meanLoss, NANO_SHAPE, relativeError, TEST_ADAM, testBatch, testWeights } from "./wgslParity.ts";

/** Largest relative distances from the float64 reference over a run of updates. */
interface Distances {
  loss: number;
  gradNorm: number;
  paramNorm: number;
  /** Of the worst parameter tensor, at the policy's own weights of each step. */
  gradient: number;
}

/**
 * Trains a `nano` policy that holds the test weights, and the float64 reference beside it. `gradientsEvery`: at every so many
 * steps all gradients are compared, at the policy's own weights: two float32 and float64 trajectories part slowly by
 * themselves.
 */
export async function followReference(
  policy: Policy,
  name: keyof typeof ASSIGNMENTS,
  steps: number,
  gradientsEvery: number,
): Promise<Distances> {
  const assign = ASSIGNMENTS[name]!;
  const reference = referencePolicy(NANO_SHAPE, testWeights(NANO_SHAPE));
  const batches = [testBatch(NANO_SHAPE, 4, 11), testBatch(NANO_SHAPE, 2, 8, 2, 0.8)];
  const rule = { ...TEST_ADAM, lr: 1e-3 };
  const worst: Distances = { loss: 0, gradNorm: 0, paramNorm: 0, gradient: 0 };
  const note = (what: keyof Distances, distance: number) => {
    // A distance that is no number is the largest of all.
    if (!(distance <= worst[what])) worst[what] = distance;
  };
  const step = async (learner: Policy): Promise<UpdateReport & { loss: number }> => {
    let loss = Number.NaN;
    const report = await learner.learn(
      batches,
      (scores) => {
        loss = meanLoss(batches, scores);
        return assign(batches, scores);
      },
      rule,
    );
    return { ...report, loss };
  };
  for (let n = 1; n <= steps; n++) {
    if (n % gradientsEvery === 0) {
      const { weights } = await policy.export();
      const scores = batches.map((batch) => forward64(NANO_SHAPE, weights, batch));
      const credits = assign(batches, scores);
      const mine = await policy.gradient(batches, credits);
      const theirs = gradient64(NANO_SHAPE, weights, batches, credits);
      for (const { offset, size } of policy.layout) {
        note("gradient", relativeError(mine.subarray(offset, offset + size), theirs.subarray(offset, offset + size)));
      }
    }
    const [mine, theirs] = [await step(policy), await step(reference)];
    for (const what of ["loss", "gradNorm", "paramNorm"] as const) note(what, Math.abs(mine[what] / theirs[what] - 1));
  }
  return worst;
}
