import type { AdamW, UpdateReport } from "../policy.ts";
import { wholePower } from "./rotation.ts";
import type { Store } from "./store.ts";

/** What a parameter's update costs, in multiply-adds: it waits for memory. */
const WORK = 8;

/** One AdamW update by the gradient in the store. `updates`: made before. */
export function update(store: Store, rule: AdamW, updates: number): UpdateReport {
  const { kernels, current, first, second, gradient, sums } = store;
  const { lr, beta1, beta2, epsilon, weightDecay, clipNorm, decayNorms = false } = rule;
  const rate = lr / (1 - wholePower(beta1, updates + 1));
  const spread = 1 / Math.sqrt(1 - wholePower(beta2, updates + 1));
  const keep = 1 - lr * weightDecay;
  const keepNorm = decayNorms ? keep : 1;
  const vectors = [current, first, second, gradient, sums] as const;
  const threads = store.threadsFor("updating", WORK);
  store.run("updating", WORK, threads, () =>
    kernels.update(...vectors, clipNorm, beta1, beta2, epsilon, rate, spread, keep, keepNorm, threads),
  );
  return { gradNorm: kernels.gradientNorm(), paramNorm: kernels.weightsNorm() };
}
