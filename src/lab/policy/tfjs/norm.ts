import { add, matMul, mean, mul, ones, rsqrt, square, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { Folded } from "./weights.ts";

/** RMSNorm without its gain: x̂ = h·r, r = 1/sqrt(mean(h²) + ε). */
export type Normed = {
  readonly x: Tensor; // [N, C]
  readonly r: Tensor; // [N, 1]
};

export function norm(h: Tensor, epsilon: number): Normed {
  const r = rsqrt(add(mean(square(h), -1, true), epsilon));
  return { x: mul(h, r), r };
}

/** ∂h from ∂x̂: r·(∂x̂ − x̂·mean(∂x̂ ⊙ x̂)). */
export function normBackward({ x, r }: Normed, dx: Tensor): Tensor {
  return tidy(() => mul(sub(dx, mul(x, mean(mul(dx, x), -1, true))), r));
}

/** Gradients of a folded matrix and its gain, from that of W ⊙ g. */
export function unfold({ gain, raw }: Folded, dFolded: Tensor): { readonly weight: Tensor; readonly gain: Tensor } {
  return tidy(() => ({
    weight: mul(dFolded, gain),
    gain: matMul(ones([1, raw.shape[0]!]), mul(dFolded, raw)), // a sum over axis 0 is slow on wasm
  }));
}
