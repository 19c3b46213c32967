import { mul, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { PolicyShape } from "../shape.ts";
import { fromValues } from "./tensors.ts";

/*
 * What the transformer needs to know of a batch besides its weights. B rows, S positions a row, N = B·S tokens, N' the asked ones of them,
 * G' = H + K heads that rotate (queries and keys), D head width.
 */

/**
 * The part of a batch that the transformer computes: `length` positions from `from`. Nobody asks about the first `unasked`
 * of them, which only serve the others as context: the last layer and the head leave them out.
 */
export interface Window {
  readonly rows: number;
  readonly from: number;
  readonly length: number; // S
  readonly unasked: number;
}

/** How tokens see each other. */
export type Place = {
  readonly rows: number; // B
  readonly length: number; // S
  readonly unasked: number;
  /** Rotary factors; those of the queries carry the 1/sqrt(D) of attention too. */
  readonly cos: Tensor; // [G', N, D]
  readonly sin: Tensor; // [G', N, D]
  /** 0 where a query may see a key, −1e9 where not. */
  readonly bias: Tensor; // [1, B, S, keys]
};

const HIDDEN = -1e9;

/** Positions, rotary factors and the attention mask of a window whose rows begin at `starts`. */
export function placeOf(shape: PolicyShape, window: Window, starts: Int32Array): Place {
  const { rows, from, length, unasked } = window;
  const bias = new Float32Array(rows * length * length).fill(HIDDEN);
  for (let row = 0; row < rows; row++) {
    const start = starts[row]! - from;
    for (let query = 0; query < length; query++) {
      const at = (row * length + query) * length;
      // Padding sees itself, so that its softmax has something to sum.
      if (query < start) bias[at + query] = 0;
      else bias.fill(0, at + Math.max(0, start), at + query + 1);
    }
  }
  const positions = Float64Array.from({ length: rows * length }, (_, token) =>
    Math.max(0, (token % length) + from - starts[Math.floor(token / length)]!),
  );
  return { rows, length, unasked, ...rotary(shape, positions), bias: fromValues(bias, [1, rows, length, length]) };
}

/** One new token a row at index `index`, which sees itself and everything since its row's start. */
export function nextPlace(shape: PolicyShape, rows: number, index: number, starts: Int32Array): Place {
  const keys = index + 1;
  const bias = new Float32Array(rows * keys);
  for (let row = 0; row < rows; row++) bias.fill(HIDDEN, row * keys, row * keys + starts[row]!);
  const positions = Float64Array.from(starts, (start) => index - start);
  return { rows, length: 1, unasked: 0, ...rotary(shape, positions), bias: fromValues(bias, [1, rows, 1, keys]) };
}

function rotary(shape: PolicyShape, positions: Float64Array): { readonly cos: Tensor; readonly sin: Tensor } {
  const { headWidth, heads, kvHeads, ropeTheta } = shape;
  const half = headWidth / 2;
  const tokens = positions.length;
  const cos = new Float32Array(tokens * headWidth);
  const sin = new Float32Array(tokens * headWidth);
  const frequencies = Float64Array.from({ length: half }, (_, i) => ropeTheta ** (-i / half));
  for (let token = 0; token < tokens; token++) {
    for (let i = 0; i < half; i++) {
      const angle = positions[token]! * frequencies[i]!;
      const at = token * headWidth + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  const scales = new Float32Array(heads + kvHeads).fill(1).fill(1 / Math.sqrt(headWidth), 0, heads);
  const spread = (table: Float32Array) =>
    tidy(() => mul(fromValues(table, [1, tokens, headWidth]), fromValues(scales, [heads + kvHeads, 1, 1])));
  return { cos: spread(cos), sin: spread(sin) };
}

/** One-hot rows of ids [N, V], and its transpose for the gradient of the embedding. */
export function oneHot(ids: ArrayLike<number>, vocabSize: number, asColumns = false): Tensor {
  const tokens = ids.length;
  const values = new Float32Array(tokens * vocabSize);
  for (let token = 0; token < tokens; token++) {
    values[asColumns ? ids[token]! * tokens + token : token * vocabSize + ids[token]!] = 1;
  }
  return fromValues(values, asColumns ? [vocabSize, tokens] : [tokens, vocabSize]);
}

/** The tokens that a window reads, [N]. */
export function idsOf(ids: Int32Array, rowLength: number, { rows, from, length }: Window): Int32Array {
  return pieces(ids, rowLength, rows, from, length);
}

/** The tokens that the asked positions of a window are to predict, [N']. */
export function targetsOf(ids: Int32Array, rowLength: number, { rows, from, length, unasked }: Window): Int32Array {
  return pieces(ids, rowLength, rows, from + unasked + 1, length - unasked);
}

function pieces(ids: Int32Array, rowLength: number, rows: number, from: number, length: number): Int32Array {
  const out = new Int32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const begin = row * rowLength + from;
    out.set(ids.subarray(begin, begin + length), row * length);
  }
  return out;
}
