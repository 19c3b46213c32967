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
  mini: size(3, 96, 4, 256),
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

/**
 * The largest sizes that are read from a file. They keep tables (a slot for each tensor, an angle for each position) small
 * against any file that names them; the parameters themselves are bounded by the file's bytes.
 */
export const LARGEST = {
  vocabSize: 50_000,
  width: 16_384,
  layers: 512,
  heads: 512,
  kvHeads: 512,
  headWidth: 1_024,
  hidden: 65_536,
  context: 1_024,
} as const satisfies Partial<Record<keyof PolicyShape, number>>;

const SIZE_KEYS = Object.keys(LARGEST) as (keyof typeof LARGEST)[];

/** @throws {RangeError} one sentence naming the first size that cannot be built, and its bound. */
export function checkShape(shape: PolicyShape): void {
  const { heads, kvHeads, headWidth, width } = shape;
  if (Number.isInteger(heads) && headWidth === width / heads && width % heads !== 0) {
    throw new RangeError(`policy shape: heads must divide the width, got ${heads} heads for a width of ${width}`);
  }
  for (const key of SIZE_KEYS) {
    if (!Number.isInteger(shape[key]) || shape[key] < 1) {
      throw new RangeError(`policy shape: ${key} must be a whole number of at least 1, got ${quote(shape[key])}`);
    }
    if (shape[key] > LARGEST[key]) {
      throw new RangeError(`policy shape: ${key} must be at most ${LARGEST[key]}, got ${quote(shape[key])}`);
    }
  }
  for (const key of ["ropeTheta", "normEpsilon"] as const) {
    if (!(Number.isFinite(shape[key]) && shape[key] > 0)) {
      throw new RangeError(`policy shape: ${key} must be a number above 0, got ${quote(shape[key])}`);
    }
  }
  if (typeof shape.tied !== "boolean") {
    throw new RangeError(`policy shape: tied must be true or false, got ${quote(shape.tied)}`);
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

/** The length of the flat parameter vector, without building its layout: cheap for any shape. */
export function parameterCount(shape: PolicyShape): number {
  const { vocabSize: V, width: C, hidden: F, headWidth: D } = shape;
  const attention = 2 * C * D * (shape.heads + shape.kvHeads);
  const perLayer = attention + 3 * C * F + 2 * C;
  return V * C * (shape.tied ? 1 : 2) + shape.layers * perLayer + C;
}
