import type { AdamW, UpdateReport } from "../policy.ts";
import { wholePower } from "./rotation.ts";
import type { Store } from "./store.ts";

/** One AdamW update by the gradient in the store. `updates`: made before. */
export function update(store: Store, rule: AdamW, updates: number): UpdateReport {
  const { kernels, current, first, second, gradient, sums } = store;
  const { lr, beta1, beta2, epsilon, weightDecay, clipNorm, decayNorms = false } = rule;
  const gradNorm = kernels.vectorNorm(gradient, sums);
  const factor = clipNorm > 0 ? Math.min(1, clipNorm / (gradNorm + 1e-6)) : 1;
  const rate = lr / (1 - wholePower(beta1, updates + 1));
  const spread = 1 / Math.sqrt(1 - wholePower(beta2, updates + 1));
  kernels.setAdamW(current, first, second, gradient, factor, beta1, beta2, epsilon, rate, spread);
  const keep = 1 - lr * weightDecay;
  kernels.adamW(keep, decayNorms ? keep : 1);
  return { gradNorm, paramNorm: kernels.vectorNorm(current, sums) };
}
