import {
  add,
  concat,
  matMul,
  mul,
  reshape,
  slice,
  softmax,
  sub,
  sum,
  type Tensor,
  tile,
  transpose,
} from "@tensorflow/tfjs-core";
import type { PolicyShape } from "../shape.ts";
import type { Place } from "./batch.ts";
import { batchedMatMul, cut, fromValues, withFirst, withoutFirst } from "./tensors.ts";

/*
 * Causal attention with rotary positions and grouped key/value heads.
 * Heads come first, so that queries, keys and values are contiguous pieces of one tensor [H + 2K, N, D].
 */

export type Attention = {
  readonly q: Tensor; // [H·B, S', D], rotated and scaled
  readonly k: Tensor; // [K·B, keys, D], rotated
  readonly v: Tensor; // [K·B, keys, D]
  readonly p: Tensor; // [H·B, S', keys]
  readonly o: Tensor; // [H·B, S', D]
};

export type KeysAndValues = Pick<Attention, "k" | "v">;

/**
 * From the product with the q, k, v matrix [N, (H + 2K)·D], and the keys and values of earlier tokens, if any. The first
 * `unasked` positions of every row ask nothing.
 */
export function attend(
  shape: PolicyShape,
  place: Place,
  qkv: Tensor,
  unasked: number,
  past?: KeysAndValues,
): Attention {
  const { heads: H, kvHeads: K, headWidth: D } = shape;
  const { rows: B, length: S } = place;
  const N = B * S;
  const byHead = transpose(reshape(qkv, [N, H + 2 * K, D]), [1, 0, 2]);
  const rotated = rotate(cut(byHead, 0, [H + K, N, D]), place, rotation(D));
  const asking = S - unasked; // positions, S' below
  const q = reshape(withoutFirst(cut(rotated, 0, [H * N, D]), H * B, unasked), [H * B, asking, D]);
  let k = cut(rotated, H * N * D, [K * B, S, D]);
  let v = cut(byHead, (H + K) * N * D, [K * B, S, D]);
  if (past) {
    k = concat([past.k, k], 1);
    v = concat([past.v, v], 1);
  }
  const keys = k.shape[1]!;
  const scores = batchedMatMul(q, repeat(shape, k), false, true);
  const bias = unasked === 0 ? place.bias : slice(place.bias, [0, 0, unasked, 0], [1, B, asking, keys]);
  const seen = add(reshape(scores, [H, B, asking, keys]), bias);
  const p = softmax(reshape(seen, [H * B, asking, keys]));
  return { q, k, v, p, o: batchedMatMul(p, repeat(shape, v), false, false) };
}

/** The outputs of all heads beside each other, [N', H·D]. */
export function joinHeads(shape: PolicyShape, o: Tensor): Tensor {
  const { heads: H, headWidth: D } = shape;
  const N = o.size / (H * D);
  return reshape(transpose(reshape(o, [H, N, D]), [1, 0, 2]), [N, H * D]);
}

/** ∂qkv by head, [H + 2K, N, D], from the gradient of {@link joinHeads}'s result [N', H·D]. */
export function attendBackward(shape: PolicyShape, place: Place, saved: Attention, dJoined: Tensor): Tensor {
  const { heads: H, headWidth: D } = shape;
  const { rows: B, length: S } = place;
  const N = B * S;
  const { q, k, v, p, o } = saved;
  const asking = q.shape[1]!;
  const dO = reshape(transpose(reshape(dJoined, [B * asking, H, D]), [1, 0, 2]), [H * B, asking, D]);
  const dV = batchedMatMul(p, dO, true, false);
  const dP = batchedMatMul(dO, repeat(shape, v), false, true);
  // Σ_j p_j ∂p_j = Σ_d o_d ∂o_d, a sum over D terms instead of S.
  const dScores = mul(p, sub(dP, sum(mul(dO, o), -1, true)));
  const dQ = batchedMatMul(dScores, repeat(shape, k), false, false);
  const dK = batchedMatMul(dScores, q, true, false);
  const dAllQ = withFirst(reshape(dQ, [-1, D]), H * B, S - asking);
  const dRotated = concat([reshape(dAllQ, [H, N, D]), gather(shape, dK, N)], 0);
  return concat([rotateBackward(dRotated, place, rotation(D)), gather(shape, dV, N)], 0);
}

/** Rotary positions in the half-rotation layout: x·cos + (−x₂, x₁)·sin, the swap as a small matrix product. */
function rotate(x: Tensor, { cos, sin }: Place, { swap }: Rotation): Tensor {
  const swapped = reshape(matMul(reshape(x, [-1, swap.shape[0]!]), swap), x.shape);
  return add(mul(x, cos), mul(swapped, sin));
}

function rotateBackward(dy: Tensor, { cos, sin }: Place, { back }: Rotation): Tensor {
  const swapped = matMul(reshape(mul(dy, sin), [-1, back.shape[0]!]), back);
  return add(mul(dy, cos), reshape(swapped, dy.shape));
}

type Rotation = { readonly swap: Tensor; readonly back: Tensor }; // [D, D] each

function rotation(headWidth: number): Rotation {
  const half = headWidth / 2;
  const swap = new Float32Array(headWidth * headWidth);
  const back = new Float32Array(headWidth * headWidth);
  for (let i = 0; i < half; i++) {
    swap[(i + half) * headWidth + i] = back[i * headWidth + i + half] = -1;
    swap[i * headWidth + i + half] = back[(i + half) * headWidth + i] = 1;
  }
  return { swap: fromValues(swap, [headWidth, headWidth]), back: fromValues(back, [headWidth, headWidth]) };
}

/** Keys or values [K·B, S, D] as each query head sees them, [H·B, S, D]. */
function repeat({ heads: H, kvHeads: K }: PolicyShape, x: Tensor): Tensor {
  if (H === K) return x;
  const [, S, D] = x.shape as [number, number, number];
  return reshape(tile(reshape(x, [K, 1, x.size / K]), [1, H / K, 1]), [-1, S, D]);
}

/** The sum over the query heads that share a key/value head, [K, N, D]: the gradient of {@link repeat}. */
function gather({ heads: H, kvHeads: K, headWidth: D }: PolicyShape, dx: Tensor, N: number): Tensor {
  if (H === K) return reshape(dx, [K, N, D]);
  const size = N * D;
  const groups = Array.from({ length: K }, (_, group) => {
    let total = cut(dx, group * (H / K) * size, [1, N, D]);
    for (let i = 1; i < H / K; i++) total = add(total, cut(dx, (group * (H / K) + i) * size, [1, N, D]));
    return total;
  });
  return concat(groups, 0);
}
