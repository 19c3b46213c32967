import { mul, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { layoutOf, type PolicyShape } from "../shape.ts";
import { cut, transposed } from "./tensors.ts";

/*
 * The flat parameter vector cut into the matrices that the transformer multiplies by.
 *
 * The gain g of a norm is folded into the matrix that follows it: (x̂ ⊙ g)·Wᵀ = x̂·(W ⊙ g)ᵀ. That saves an operation on
 * all tokens, forward and backward, and gives the gain's gradient from matrices alone. q, k and v lie beside each other
 * in the layout and are one matrix; so do gate and up, which stay two because cutting their product in two costs more.
 */

/** A matrix behind a norm. */
export type Folded = {
  readonly gain: Tensor; // [1, C]
  /** As in the checkpoint. */
  readonly raw: Tensor; // [out, C]
  /** W ⊙ g, for the gradient of its input. */
  readonly back: Tensor; // [out, C]
};

export type LayerWeights = {
  readonly qkv: Folded; // [(H + 2K)·D, C]
  readonly qkvForward: Tensor; // [C, (H + 2K)·D]
  readonly out: Tensor; // [C, H·D]
  readonly outForward: Tensor; // [H·D, C]
  readonly mlp: Folded; // [2F, C]
  readonly gateBack: Tensor; // [F, C]
  readonly upBack: Tensor; // [F, C]
  readonly gateForward: Tensor; // [C, F]
  readonly upForward: Tensor; // [C, F]
  readonly down: Tensor; // [C, F]
  readonly downForward: Tensor; // [F, C]
};

export type ModelWeights = {
  readonly embedding: Tensor; // [V, C]
  readonly layers: LayerWeights[];
  readonly head: Folded; // [V, C]
  readonly headForward: Tensor; // [C, V]
};

/** Cuts `flat` [P]. The caller disposes of what comes back. */
export function cutWeights(shape: PolicyShape, flat: Tensor): ModelWeights {
  return tidy(() => {
    const offsets = new Map(layoutOf(shape).map((slot) => [slot.name, slot.offset]));
    const { vocabSize: V, width: C, hidden: F } = shape;
    const queries = shape.heads * shape.headWidth;
    const attention = queries + 2 * shape.kvHeads * shape.headWidth;
    const take = (name: string, dims: number[]) => cut(flat, offsets.get(`${name}.weight`)!, dims);
    const fold = (raw: Tensor, norm: string): Folded => {
      const gain = take(norm, [1, C]);
      return { gain, raw, back: mul(raw, gain) };
    };
    const layers = Array.from({ length: shape.layers }, (_, index): LayerWeights => {
      const at = `model.layers.${index}`;
      const qkv = fold(take(`${at}.self_attn.q_proj`, [attention, C]), `${at}.input_layernorm`);
      const out = take(`${at}.self_attn.o_proj`, [C, queries]);
      const mlp = fold(take(`${at}.mlp.gate_proj`, [2 * F, C]), `${at}.post_attention_layernorm`);
      const gateBack = cut(mlp.back, 0, [F, C]);
      const upBack = cut(mlp.back, F * C, [F, C]);
      const down = take(`${at}.mlp.down_proj`, [C, F]);
      return {
        qkv,
        qkvForward: transposed(qkv.back),
        out,
        outForward: transposed(out),
        mlp,
        gateBack,
        upBack,
        gateForward: transposed(gateBack),
        upForward: transposed(upBack),
        down,
        downForward: transposed(down),
      };
    });
    const embedding = take("model.embed_tokens", [V, C]);
    const head = fold(shape.tied ? embedding : take("lm_head", [V, C]), "model.norm");
    return { embedding, layers, head, headForward: transposed(head.back) };
  });
}
