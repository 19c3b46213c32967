import {
  add,
  div,
  minimum,
  mul,
  reshape,
  type Scalar,
  scalar,
  sqrt,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { AdamW } from "../policy.ts";
import { layoutOf, type PolicyShape, parameterCount } from "../shape.ts";
import { fromValues } from "./tensors.ts";

/** Parameters and Adam's moments, each one flat tensor [P]. */
export type Learner = {
  readonly weights: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
};

/** 1 for every parameter of a matrix, 0 for the gains of the norms, [P]. */
export function matrixMask(shape: PolicyShape): Tensor {
  const mask = new Float32Array(parameterCount(shape)).fill(1);
  for (const slot of layoutOf(shape)) if (slot.shape.length === 1) mask.fill(0, slot.offset, slot.offset + slot.size);
  return fromValues(mask, [mask.length]);
}

/**
 * One AdamW update after clipping to the global norm, as PyTorch computes it (`clip_grad_norm_`, `optim.AdamW`).
 * `updates`: how many were made before. `norms` [2]: of the gradient before clipping, of the parameters afterwards.
 */
export function adamW(
  shape: PolicyShape,
  learner: Learner,
  gradient: Tensor,
  decayed: Tensor, // [P], from `matrixMask`
  rule: AdamW,
  updates: number,
): Learner & { readonly norms: Tensor } {
  return tidy(() => {
    const { lr, beta1, beta2, epsilon, weightDecay, clipNorm } = rule;
    const t = updates + 1;
    const gradNorm = normOf(shape, gradient);
    const factor = clipNorm > 0 ? minimum(1, div(clipNorm, add(gradNorm, 1e-6))) : scalar(1);
    const firstMoment = add(mul(learner.firstMoment, beta1), mul(gradient, mul(factor, 1 - beta1)));
    const secondMoment = add(mul(learner.secondMoment, beta2), mul(square(gradient), mul(square(factor), 1 - beta2)));
    const denominator = add(mul(sqrt(secondMoment), 1 / Math.sqrt(1 - beta2 ** t)), epsilon);
    const step = mul(div(firstMoment, denominator), lr / (1 - beta1 ** t));
    const weights = sub(decay(learner.weights, decayed, rule), step);
    const norms = stack([gradNorm, normOf(shape, weights)]);
    return { weights, firstMoment, secondMoment, norms };

    function decay(from: Tensor, mask: Tensor, { decayNorms }: AdamW): Tensor {
      if (weightDecay === 0) return from;
      const part = lr * weightDecay;
      return decayNorms ? mul(from, 1 - part) : sub(from, mul(mul(from, mask), part));
    }
  });
}

/** In two stages, as a single float32 sum over a million squares would lose digits; P is a multiple of the width. */
function normOf(shape: PolicyShape, x: Tensor): Scalar {
  return sqrt(sum(sum(square(reshape(x, [-1, shape.width])), -1)));
}
