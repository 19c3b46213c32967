import { quote } from "../schema.ts";
import { VOCAB_SIZE } from "../tokenizer/characters.ts";

/** Sizes of a Llama-shaped decoder. V vocabulary, C width, L layers, H heads, K key/value heads, D head width, F hidden. */
export interface PolicyShape {
  readonly vocabSize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Usually `width / heads`; Hugging Face allows another. */
  readonly headWidth: number;
  readonly hidden: number;
  /** Longest sequence, in tokens. */
  readonly context: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** The head shares the embedding's weights. */
  readonly tied: boolean;
}

export const SIZES = {
  nano: size(1, 32, 2, 96),
  tiny: size(2, 64, 4, 192),
  small: size(4, 128, 4, 352),
  base: size(6, 256, 8, 704),
} as const satisfies Record<string, PolicyShape>;

export type SizeName = keyof typeof SIZES;

function size(layers: number, width: number, heads: number, hidden: number): PolicyShape {
  return {
    vocabSize: VOCAB_SIZE,
    width,
    layers,
    heads,
    kvHeads: heads,
    headWidth: width / heads,
    hidden,
    context: 256,
    ropeTheta: 10_000,
    normEpsilon: 1e-5,
    tied: true,
  };
}

/** @throws {RangeError} one sentence naming the first size that cannot be built. */
export function checkShape(shape: PolicyShape): void {
  for (const key of ["vocabSize", "width", "layers", "heads", "kvHeads", "headWidth", "hidden", "context"] as const) {
    if (!Number.isInteger(shape[key]) || shape[key] < 1) {
      throw new RangeError(`policy shape: ${key} must be a whole number of at least 1, got ${quote(shape[key])}`);
    }
  }
  const { heads, kvHeads, headWidth, width } = shape;
  if (headWidth * heads !== width && !Number.isInteger(headWidth)) {
    throw new RangeError(`policy shape: heads must divide the width, got ${heads} heads for a width of ${width}`);
  }
  if (heads % kvHeads !== 0) {
    throw new RangeError(`policy shape: kvHeads must divide heads, got ${kvHeads} for ${heads} heads`);
  }
  if (headWidth % 2 !== 0) {
    throw new RangeError(`policy shape: headWidth must be even for rotary positions, got ${headWidth}`);
  }
}

/** A named tensor within the flat parameter vector. Matrices are [out, in], row-major, as Hugging Face stores them. */
export interface ParameterSlot {
  /** Hugging Face's name, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** Where every parameter lies in the flat vector, in checkpoint order. */
export function layoutOf(shape: PolicyShape): readonly ParameterSlot[] {
  const { vocabSize: V, width: C, hidden: F, headWidth: D } = shape;
  const q = shape.heads * D;
  const kv = shape.kvHeads * D;
  const tensors: [string, number[]][] = [["model.embed_tokens.weight", [V, C]]];
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `model.layers.${layer}`;
    tensors.push(
      [`${at}.input_layernorm.weight`, [C]],
      [`${at}.self_attn.q_proj.weight`, [q, C]],
      [`${at}.self_attn.k_proj.weight`, [kv, C]],
      [`${at}.self_attn.v_proj.weight`, [kv, C]],
      [`${at}.self_attn.o_proj.weight`, [C, q]],
      [`${at}.post_attention_layernorm.weight`, [C]],
      [`${at}.mlp.gate_proj.weight`, [F, C]],
      [`${at}.mlp.up_proj.weight`, [F, C]],
      [`${at}.mlp.down_proj.weight`, [C, F]],
    );
  }
  tensors.push(["model.norm.weight", [C]]);
  if (!shape.tied) tensors.push(["lm_head.weight", [V, C]]);
  let offset = 0;
  return tensors.map(([name, dims]) => {
    const slot = { name, shape: dims, offset, size: dims.reduce((a, b) => a * b, 1) };
    offset += slot.size;
    return slot;
  });
}

export function parameterCount(shape: PolicyShape): number {
  return layoutOf(shape).reduce((sum, slot) => sum + slot.size, 0);
}
