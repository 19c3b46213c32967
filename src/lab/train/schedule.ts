import type { AdamW } from "../policy/policy.ts";
import type { Values } from "../schema.ts";
import type { OPTIMIZER } from "../settings.ts";

/** Where a cosine schedule ends, as a share of the top. */
const FLOOR = 0.1;

/**
 * Learning rate of update `step` of a phase, counted from 1: `lr · min(1, step / warmupSteps)`, then constant or
 * `FLOOR + (1 − FLOOR) · (1 + cos πx)/2` with x from 0 at the end of the warm-up to 1 at the last step.
 */
export function learningRate(step: number, settings: Values<typeof OPTIMIZER>): number {
  const { lr, warmupSteps, lrSchedule, steps } = settings;
  if (step <= warmupSteps) return (lr * step) / warmupSteps;
  if (lrSchedule === "constant") return lr;
  const x = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return lr * (FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * x)));
}

/** The optimizer's settings for update `step` of a phase. */
export function optimizerAt(step: number, settings: Values<typeof OPTIMIZER>): AdamW {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = settings;
  return { lr: learningRate(step, settings), beta1, beta2, epsilon, weightDecay, clipNorm };
}

/**
 * Whether the generator is refreshed before update `step` of a phase (counted from 1): before 1, 1 + s, 1 + 2s, …; never for s = 0.
 * arXiv 2506.21495 §2.3 counted from 0; its code counts from 1 and synchronises one step earlier.
 */
export function syncDue(step: number, syncEvery: number): boolean {
  return syncEvery > 0 && (step - 1) % syncEvery === 0;
}
