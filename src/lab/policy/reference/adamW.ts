import type { AdamW } from "../policy.ts";
import { layoutOf, type PolicyShape } from "../shape.ts";

/** One AdamW update in float64, as PyTorch's `clip_grad_norm_` and `optim.AdamW` make it. `updates`: made before. */
export function adamW64(
  shape: PolicyShape,
  state: { readonly weights: ArrayLike<number>; readonly first: ArrayLike<number>; readonly second: ArrayLike<number> },
  gradient: Float64Array,
  rule: AdamW,
  updates: number,
): {
  readonly weights: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly gradNorm: number;
} {
  const { lr, beta1, beta2, epsilon, weightDecay, clipNorm, decayNorms = false } = rule;
  const t = updates + 1;
  const gradNorm = norm64(gradient);
  const factor = clipNorm > 0 ? Math.min(1, clipNorm / (gradNorm + 1e-6)) : 1;
  const weights = Float64Array.from(state.weights);
  const first = Float64Array.from(state.first);
  const second = Float64Array.from(state.second);
  for (const { offset, size, shape: dims } of layoutOf(shape)) {
    const decay = dims.length > 1 || decayNorms ? weightDecay : 0;
    for (let i = offset; i < offset + size; i++) {
      const g = factor * gradient[i]!;
      first[i] = beta1 * first[i]! + (1 - beta1) * g;
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
      const corrected = first[i]! / (1 - beta1 ** t);
      const spread = Math.sqrt(second[i]! / (1 - beta2 ** t)) + epsilon;
      weights[i] = weights[i]! * (1 - lr * decay) - (lr * corrected) / spread;
    }
  }
  return { weights, first, second, gradNorm };
}

/** The L2 norm of a vector. */
export function norm64(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  return Math.sqrt(squares);
}
