import {
  add,
  concat,
  dispose,
  div,
  log,
  matMul,
  max,
  mean,
  mul,
  reshape,
  softmax,
  sub,
  sum,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { PolicyShape } from "../shape.ts";
import { type Normed, norm, normBackward, unfold } from "./norm.ts";
import { fromValues, transposed } from "./tensors.ts";
import type { ModelWeights } from "./weights.ts";

/*
 * From the last hidden state to what the policy says about each token, and back from credits on that.
 * π = softmax(z/temperature).
 */

export type HeadTrace = {
  readonly normed: Normed;
  readonly target: Tensor; // [N, V], one-hot
  readonly p: Tensor; // [N, V]
  readonly pc: Tensor; // [N, V], π ⊙ (log π + H)
};

/** Logits [N, V] at temperature 1. */
export function logitsOf(shape: PolicyShape, weights: ModelWeights, h: Tensor): Tensor {
  return tidy(() => matMul(norm(h, shape.normEpsilon).x, weights.headForward));
}

/**
 * log π(y), H, varentropy and mean log π of every position, as the rows of `scores` [4, N].
 * log π comes from softmax, max and the logarithm of one number a row: log Z = max z − log max π, because tfjs's wasm
 * exp and log are scalar (6 ns an element) and its softmax is not.
 */
export function headForward(
  shape: PolicyShape,
  weights: ModelWeights,
  h: Tensor, // [N, C]
  target: Tensor,
  temperature: number,
): { readonly scores: Tensor; readonly trace: HeadTrace } {
  return tidy(() => {
    const normed = norm(h, shape.normEpsilon);
    const raw = matMul(normed.x, weights.headForward);
    const z = temperature === 1 ? raw : mul(raw, 1 / temperature);
    const p = softmax(z);
    const logZ = sub(max(z, -1, true), log(max(p, -1, true)));
    const logp = sub(z, logZ);
    const negativeH = sum(mul(p, logp), -1, true);
    const centred = sub(logp, negativeH);
    const pc = mul(p, centred);
    const columns = [
      sum(mul(target, logp), -1),
      mul(reshape(negativeH, [-1]), -1),
      sum(mul(pc, centred), -1),
      mean(logp, -1),
    ];
    return { scores: reshape(concat(columns, 0), [4, -1]), trace: { normed, target, p, pc } };
  });
}

/** Credits of one window, [N] each, zero where nothing is scored. */
export interface HeadCredit {
  readonly dLogp: Float32Array;
  readonly dEntropy: Float32Array | undefined;
  readonly dMeanLogp: Float32Array | undefined;
}

/** ∂h and the gradients of the last norm and the head. Disposes of the trace. */
export function headBackward(
  weights: ModelWeights,
  trace: HeadTrace,
  credit: HeadCredit,
  temperature: number,
): { readonly dh: Tensor; readonly gain: Tensor; readonly weight: Tensor } {
  const result = tidy(() => {
    const dz = logitsGradient(trace, credit, temperature);
    const { gain, weight } = unfold(weights.head, matMul(transposed(dz), trace.normed.x));
    return { dh: normBackward(trace.normed, matMul(dz, weights.head.back)), gain: reshape(gain, [-1]), weight };
  });
  dispose(trace);
  return result;
}

/** (∂logp·(1[y] − π) − ∂H·π·(log π + H) + ∂mean·(1/V − π)) / temperature, [N, V]. */
function logitsGradient({ target, p, pc }: HeadTrace, credit: HeadCredit, temperature: number): Tensor {
  const { dLogp, dEntropy, dMeanLogp } = credit;
  const column = (values: Float32Array) => fromValues(values, [values.length, 1]);
  const onTarget = column(dLogp);
  const onPolicy = dMeanLogp ? column(dLogp.map((value, i) => value + dMeanLogp[i]!)) : onTarget;
  let dz = sub(mul(target, onTarget), mul(p, onPolicy));
  if (dMeanLogp) dz = add(dz, div(column(dMeanLogp), p.shape[1]!));
  if (dEntropy) dz = sub(dz, mul(pc, column(dEntropy)));
  return temperature === 1 ? dz : mul(dz, 1 / temperature);
}
