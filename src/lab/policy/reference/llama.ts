import type { PolicyShape } from "../shape.ts";
import { attention } from "./attention.ts";
import { type Differentiable, gated, linear, rmsNorm, rotate, sum } from "./differentiable.ts";
import type { Parameters } from "./parameters.ts";

/**
 * Logits [n, V] of one sequence of n tokens without padding, in float64. `back` takes ∂logits and adds to the slopes of
 * every parameter; what it returns is of no use.
 */
export function llama(shape: PolicyShape, parameters: Parameters, ids: ArrayLike<number>): Differentiable {
  const { width, vocabSize, tied, normEpsilon } = shape;
  const embedding = parameters.value("model.embed_tokens");
  let h = new Float64Array(ids.length * width);
  for (let t = 0; t < ids.length; t++) {
    h.set(embedding.subarray(ids[t]! * width, (ids[t]! + 1) * width), t * width);
  }
  const layers: Differentiable[] = [];
  for (let index = 0; index < shape.layers; index++) {
    const part = layer(shape, parameters, `model.layers.${index}`, h);
    layers.push(part);
    h = part.y as Float64Array<ArrayBuffer>;
  }
  const headName = tied ? "model.embed_tokens" : "lm_head";
  const norm = rmsNorm(h, parameters.value("model.norm"), parameters.slope("model.norm"), normEpsilon);
  const head = linear(norm.y, parameters.value(headName), parameters.slope(headName), width);
  if (head.y.length !== ids.length * vocabSize) throw new Error(`logits must be [n, V], got ${head.y.length} values`);
  return {
    y: head.y,
    back(dy) {
      const dh = layers.reduceRight((d, part) => part.back(d), norm.back(head.back(dy)));
      const slope = parameters.slope("model.embed_tokens");
      for (let t = 0; t < ids.length; t++) {
        for (let i = 0; i < width; i++) slope[ids[t]! * width + i]! += dh[t * width + i]!;
      }
      return dh;
    },
  };
}

function layer(shape: PolicyShape, parameters: Parameters, at: string, h: Float64Array): Differentiable {
  const { width, heads, kvHeads, headWidth, hidden, normEpsilon, ropeTheta } = shape;
  const dense = (x: Float64Array, name: string, inputs: number) =>
    linear(x, parameters.value(`${at}.${name}`), parameters.slope(`${at}.${name}`), inputs);
  const norm = (x: Float64Array, name: string) =>
    rmsNorm(x, parameters.value(`${at}.${name}`), parameters.slope(`${at}.${name}`), normEpsilon);

  const first = norm(h, "input_layernorm");
  const [qLinear, kLinear, v] = [
    dense(first.y, "self_attn.q_proj", width),
    dense(first.y, "self_attn.k_proj", width),
    dense(first.y, "self_attn.v_proj", width),
  ];
  const q = rotate(qLinear.y, heads, headWidth, ropeTheta);
  const k = rotate(kLinear.y, kvHeads, headWidth, ropeTheta);
  const attended = attention(q.y, k.y, v.y, shape);
  const out = dense(attended.y, "self_attn.o_proj", heads * headWidth);
  const middle = sum(h, out.y);

  const second = norm(middle, "post_attention_layernorm");
  const gate = dense(second.y, "mlp.gate_proj", width);
  const up = dense(second.y, "mlp.up_proj", width);
  const product = gated(gate.y, up.y);
  const down = dense(product.y, "mlp.down_proj", hidden);

  return {
    y: sum(middle, down.y),
    back(dy) {
      const { dGate, dUp } = product.back(down.back(dy));
      const dMiddle = sum(dy, second.back(sum(gate.back(dGate), up.back(dUp))));
      const { dq, dk, dv } = attended.back(out.back(dMiddle));
      const dNormed = sum(sum(qLinear.back(q.back(dq)), kLinear.back(k.back(dk))), v.back(dv));
      return sum(dMiddle, first.back(dNormed));
    },
  };
}
