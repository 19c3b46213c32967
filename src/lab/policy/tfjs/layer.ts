import {
  add,
  concat,
  dispose,
  matMul,
  mul,
  reshape,
  sigmoid,
  sub,
  type Tensor,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import type { PolicyShape } from "../shape.ts";
import { type Attention, attend, attendBackward, joinHeads, type KeysAndValues } from "./attention.ts";
import type { Place } from "./batch.ts";
import { type Normed, norm, normBackward, unfold } from "./norm.ts";
import { transposed, withFirst, withoutFirst } from "./tensors.ts";
import type { LayerWeights } from "./weights.ts";

/*
 * One pre-norm decoder layer, forward and backward. Every product of the backward pass is written with explicit
 * transposes: wasm's matMul takes a path ten times slower when asked to transpose by itself.
 */

/** What the backward pass needs of the forward pass. */
export type LayerTrace = {
  readonly first: Normed;
  readonly attention: Attention;
  readonly joined: Tensor; // [N', H·D]
  readonly second: Normed;
  readonly s: Tensor; // [N', F] sigmoid(gate)
  readonly a: Tensor; // [N', F] silu(gate)
  readonly u: Tensor; // [N', F] up
  readonly m: Tensor; // [N', F] a ⊙ u
};

/**
 * `unasked`: of how many first positions of every row nobody wants the result; the layer still reads them. What comes back
 * is [N', C].
 */
export function layerForward(
  shape: PolicyShape,
  weights: LayerWeights,
  place: Place,
  h: Tensor, // [N, C]
  unasked: number,
  past?: KeysAndValues,
): { readonly h: Tensor; readonly trace: LayerTrace } {
  return tidy(() => {
    const first = norm(h, shape.normEpsilon);
    const attention = attend(shape, place, matMul(first.x, weights.qkvForward), unasked, past);
    const joined = joinHeads(shape, attention.o);
    const middle = add(withoutFirst(h, place.rows, unasked), matMul(joined, weights.outForward));
    const second = norm(middle, shape.normEpsilon);
    const gate = matMul(second.x, weights.gateForward);
    const u = matMul(second.x, weights.upForward);
    const s = sigmoid(gate);
    const a = mul(gate, s);
    const m = mul(a, u);
    return {
      h: add(middle, matMul(m, weights.downForward)),
      trace: { first, attention, joined, second, s, a, u, m },
    };
  });
}

/** Gradients in the order of the layout, flat. */
type LayerGradient = readonly Tensor[];

/** From ∂h after the layer to ∂h before it and the gradients of its parameters. Disposes of the trace. */
export function layerBackward(
  shape: PolicyShape,
  weights: LayerWeights,
  place: Place,
  trace: LayerTrace,
  dh: Tensor, // [N', C]
): { readonly dh: Tensor; readonly gradient: LayerGradient } {
  const result = tidy(() => {
    const { middle, ...mlp } = mlpBackward(weights, trace, dh);
    const unasked = place.length - middle.shape[0]! / place.rows;
    const out = matMul(transposed(middle), trace.joined);
    const dByHead = attendBackward(shape, place, trace.attention, matMul(middle, weights.out));
    const [G, N, D] = dByHead.shape as [number, number, number];
    const dqkv = reshape(transpose(dByHead, [1, 0, 2]), [N, G * D]);
    const qkv = unfold(weights.qkv, matMul(transposed(dqkv), trace.first.x));
    const dx = matMul(dqkv, weights.qkv.back);
    const gradient = [qkv.gain, qkv.weight, out, mlp.gain, mlp.weight, mlp.down];
    return {
      dh: add(withFirst(middle, place.rows, unasked), normBackward(trace.first, dx)),
      gradient: gradient.map((tensor) => reshape(tensor, [tensor.size])),
    };
  });
  dispose(trace);
  return result;
}

function mlpBackward(
  weights: LayerWeights,
  { second, s, a, u, m }: LayerTrace,
  dh: Tensor,
): { readonly middle: Tensor; readonly gain: Tensor; readonly weight: Tensor; readonly down: Tensor } {
  return tidy(() => {
    const down = matMul(transposed(dh), m);
    const dm = matMul(dh, weights.down);
    const du = mul(dm, a);
    // silu'(g) = s + a·(1 − s)
    const dGate = mul(mul(dm, u), sub(add(s, a), mul(a, s)));
    const dGateUp = concat([matMul(transposed(dGate), second.x), matMul(transposed(du), second.x)], 0);
    const dx = add(matMul(dGate, weights.gateBack), matMul(du, weights.upBack));
    return { middle: add(dh, normBackward(second, dx)), down, ...unfold(weights.mlp, dGateUp) };
  });
}
