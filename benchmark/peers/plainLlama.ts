import {
  add,
  concat,
  div,
  matMul,
  mean,
  mul,
  neg,
  oneHot,
  reshape,
  rsqrt,
  sigmoid,
  slice,
  softmax,
  split,
  square,
  type Tensor,
  type Tensor2D,
  tensor,
  tile,
  transpose,
} from "@tensorflow/tfjs-core";
import { layoutOf, type PolicyShape } from "../../src/lab/policy/shape.ts";

/*
 * The Llama decoder as one writes it in tfjs without knowing tfjs's slow corners: kernels [in, out], one op per line of
 * the formula, gradients from the tape. The embedding is a one-hot product, as the gradient of `gather` does not run on wasm.
 */

/** By Hugging Face's names; matrices [in, out], the embedding [V, C]. */
export type PlainWeights = { readonly [name: string]: Tensor };

export type Keys = { readonly k: Tensor; readonly v: Tensor }; // [B, K, T, D]

export function plainWeights(shape: PolicyShape, weights: Float32Array): Record<string, Tensor> {
  return Object.fromEntries(
    layoutOf(shape).map(({ name, shape: dims, offset, size }) => {
      const values = tensor(weights.slice(offset, offset + size), [...dims]);
      if (dims.length === 1 || name === EMBEDDING) return [name, values];
      const turned = transpose(values);
      values.dispose();
      return [name, turned];
    }),
  );
}

const EMBEDDING = "model.embed_tokens.weight";

/**
 * Logits [B, S, V] of `ids` [B, S], whose first position is `from`. With `past`, keys and values of the positions before
 * are read from it and the grown ones left in it.
 */
export function plainLogits(shape: PolicyShape, weights: PlainWeights, ids: Tensor, from = 0, past?: Keys[]): Tensor {
  const { vocabSize: V, width: C } = shape;
  const [B, S] = ids.shape as [number, number];
  const embedding = weights[EMBEDDING]!;
  const place = { cos: rotary(shape, from, S, Math.cos), sin: rotary(shape, from, S, Math.sin), hide: future(from, S) };
  let x = reshape(matMul(reshape(oneHot(ids, V), [B * S, V]), embedding as Tensor2D), [B, S, C]);
  for (let layer = 0; layer < shape.layers; layer++) {
    const of = (name: string) => weights[`model.layers.${layer}.${name}.weight`]!;
    const attended = attention(shape, of, norm(shape, x, of("input_layernorm")), place, layer, past);
    x = add(x, attended);
    const h = norm(shape, x, of("post_attention_layernorm"));
    const gate = linear(h, of("mlp.gate_proj"));
    const silu = mul(gate, sigmoid(gate));
    x = add(x, linear(mul(silu, linear(h, of("mlp.up_proj"))), of("mlp.down_proj")));
  }
  const h = reshape(norm(shape, x, weights["model.norm.weight"]!), [B * S, C]) as Tensor2D;
  const head = weights["lm_head.weight"];
  const logits = head ? matMul(h, head as Tensor2D) : matMul(h, embedding as Tensor2D, false, true);
  return reshape(logits, [B, S, V]);
}

type Place = { readonly cos: Tensor; readonly sin: Tensor; readonly hide: Tensor };

function attention(
  shape: PolicyShape,
  of: (name: string) => Tensor,
  x: Tensor,
  { cos, sin, hide }: Place,
  layer: number,
  past: Keys[] | undefined,
): Tensor {
  const { heads: H, kvHeads: K, headWidth: D } = shape;
  const [B, S] = x.shape as [number, number];
  const heads = (name: string, count: number) =>
    transpose(reshape(linear(x, of(`self_attn.${name}`)), [B, S, count, D]), [0, 2, 1, 3]);
  const rotate = (y: Tensor) => add(mul(y, cos), mul(halfTurn(y), sin));
  const q = rotate(heads("q_proj", H));
  let k = rotate(heads("k_proj", K));
  let v = heads("v_proj", K);
  const before = past?.[layer];
  if (before) {
    k = concat([before.k, k], 2);
    v = concat([before.v, v], 2);
  }
  if (past) past[layer] = { k, v };
  const shared = (y: Tensor) =>
    H === K ? y : reshape(tile(reshape(y, [B, K, 1, -1]), [1, 1, H / K, 1]), [B, H, -1, D]);
  const scores = add(div(matMul(q, shared(k), false, true), Math.sqrt(D)), hide);
  const out = matMul(softmax(scores), shared(v)); // [B, H, S, D]
  return linear(reshape(transpose(out, [0, 2, 1, 3]), [B, S, H * D]), of("self_attn.o_proj"));
}

/** x [B, S, in] · kernel [in, out]. */
function linear(x: Tensor, kernel: Tensor): Tensor {
  const [B, S, C] = x.shape as [number, number, number];
  return reshape(matMul(reshape(x, [B * S, C]) as Tensor2D, kernel as Tensor2D), [B, S, -1]);
}

function norm({ normEpsilon }: PolicyShape, x: Tensor, gain: Tensor): Tensor {
  return mul(mul(x, rsqrt(add(mean(square(x), -1, true), normEpsilon))), gain);
}

function halfTurn(x: Tensor): Tensor {
  const [first, second] = split(x, 2, -1) as [Tensor, Tensor];
  return concat([neg(second), first], -1);
}

/** [S, D], for positions counted from `from`. */
function rotary(
  { headWidth: D, ropeTheta }: PolicyShape,
  from: number,
  S: number,
  wave: (x: number) => number,
): Tensor {
  const table = new Float32Array(S * D);
  for (let i = 0; i < S * D; i++) {
    const position = from + Math.floor(i / D);
    table[i] = wave(position * ropeTheta ** (-(i % (D / 2)) / (D / 2)));
  }
  return tensor(table, [S, D]);
}

/** −1e9 where a query [S] would see a later key [from + S]. */
function future(from: number, S: number): Tensor {
  const keys = from + S;
  const mask = new Float32Array(S * keys);
  for (let query = 0; query < S; query++) mask.fill(-1e9, query * keys + from + query + 1, (query + 1) * keys);
  return tensor(mask, [S, keys]);
}

/** The logits of the last position, [B, V], from logits [B, S, V]. */
export function lastOf(logits: Tensor): Tensor {
  const [B, S, V] = logits.shape as [number, number, number];
  return reshape(slice(logits, [0, S - 1, 0], [B, 1, V]), [B, V]);
}
