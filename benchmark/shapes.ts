import { randomWeights } from "../src/lab/policy/init.ts";
import type { Prompts, Sequences } from "../src/lab/policy/policy.ts";
import { layoutOf, type PolicyShape, SIZES } from "../src/lab/policy/shape.ts";
import { bits, normal, Streams } from "../src/lab/rng.ts";
import { EOS } from "../src/lab/tokenizer/characters.ts";
import type { Start } from "./contender.ts";

/** What a training step is measured on. */
export const TRAINING = {
  nano: { rows: 8, tokens: 16 },
  tiny: { rows: 16, tokens: 32 },
  small: { rows: 16, tokens: 64 },
} as const;

export type Size = keyof typeof TRAINING;

/** What generation is measured on. */
export const ROLLOUT = { rows: 32, promptTokens: 12, newTokens: 32 } as const;

const SEED = 7;
const SPECIALS = 3;

/** Random weights of a size: speed does not depend on what a policy knows. */
export function startOf(size: Size): Start {
  const shape = SIZES[size];
  return { shape, weights: randomWeights(shape, SEED) };
}

/**
 * Random weights that never draw `<eos>`, so that everyone writes every token: the first coordinate of every embedding is
 * large and positive, that of `<eos>` negative, and the head shares the embedding.
 */
export function tirelessStart(size: Size): Start {
  const { shape, weights } = startOf(size);
  const [embedding] = layoutOf(shape);
  for (let id = 0; id < shape.vocabSize; id++) weights[embedding!.offset + id * shape.width] = id === EOS ? -1 : 1;
  return { shape, weights };
}

/** Sequences of random tokens, every one scored; another `index`, other tokens. */
export function sequencesOf({ vocabSize }: PolicyShape, rows: number, tokens: number, index: number): Sequences {
  const length = tokens + 1;
  return {
    rows,
    length,
    ids: randomIds(vocabSize, rows, length, index),
    starts: new Int32Array(rows),
    mask: new Float32Array(rows * tokens).fill(1),
  };
}

export function promptsOf({ vocabSize }: PolicyShape): Prompts {
  const { rows, promptTokens: length } = ROLLOUT;
  return { rows, length, ids: randomIds(vocabSize, rows, length, 0), starts: new Int32Array(rows) };
}

function randomIds(vocabSize: number, rows: number, length: number, step: number): Int32Array {
  const key = { seed: SEED, stream: Streams.tests, step };
  return Int32Array.from({ length: rows * length }, (_, i) => {
    return SPECIALS + (bits(key, Math.floor(i / length), i % length) % (vocabSize - SPECIALS));
  });
}

/** Standard normal numbers for objectives to read. */
export function noise(length: number, index: number): Float64Array {
  const key = { seed: SEED, stream: Streams.tests, step: 1000 + index };
  return Float64Array.from({ length }, (_, i) => normal(key, i >> 12, i & 4095));
}
