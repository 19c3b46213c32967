import { normal, Streams, uniform } from "../../rng.ts";
import { EOS } from "../../tokenizer/characters.ts";
import type { HintedStream, Policy, Prompts, SampleOptions, Sequences, TokenCredit, TokenScores } from "../policy.ts";
import { forward64, gradient64 } from "../reference/forward.ts";
import { type PolicyShape, SIZES } from "../shape.ts";
import * as parity from "./parity.ts";

export { TEST_RULE as TEST_ADAM } from "./parity.ts";

/*
 * What parity with the float64 reference is measured on. Plain functions, so that the same checks run in Node and in a
 * browser, on any adapter.
 */

/** Everything odd at once: grouped heads, a head of its own, a vocabulary and a width that fill no tile, two layers. */
export const ODD_SHAPE: PolicyShape = {
  vocabSize: 37,
  width: 28,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 8,
  hidden: 44,
  context: 48,
  ropeTheta: 500,
  normEpsilon: 1e-5,
  tied: false,
};

/** Four queries to a key, and no contraction that four threads would share evenly, or not at all. */
export const WIDE_SHAPE: PolicyShape = {
  ...ODD_SHAPE,
  vocabSize: 131,
  width: 132,
  layers: 1,
  kvHeads: 1,
  hidden: 132,
  tied: true,
};

export const NANO_SHAPE: PolicyShape = { ...SIZES.nano, context: 48 };

/** Weights large enough that every part of the policy matters; norms around 1. */
export const testWeights = (shape: PolicyShape, seed = 1): Float32Array => parity.testWeights(shape, seed, 0.2);

/** Rows of several lengths, about two thirds of the tokens scored. */
export function testBatch(shape: PolicyShape, rows: number, length: number, seed = 1, temperature = 1): Sequences {
  const draw = (row: number, position: number) => uniform({ seed, stream: Streams.tests, step: 77 }, row, position);
  const ids = new Int32Array(rows * length);
  const starts = new Int32Array(rows);
  const mask = new Float32Array(rows * (length - 1));
  for (let row = 0; row < rows; row++) {
    starts[row] = row % 3 === 0 ? 0 : Math.floor(draw(row, 0) * (length - 4));
    for (let t = starts[row]!; t < length; t++) {
      // Squared: some tokens come often, as in text.
      ids[row * length + t] = Math.floor(draw(row, 100 + t) ** 2 * shape.vocabSize);
      if (t < length - 1) mask[row * (length - 1) + t] = draw(row, 500 + t) < 0.67 ? 1 : 0;
    }
  }
  return { rows, length, ids, starts, mask, temperature };
}

/** Random credits of all three kinds. */
function testCredit({ rows, length }: Sequences, seed = 1): TokenCredit {
  const list = (kind: number) =>
    Float64Array.from(
      { length: rows * (length - 1) },
      (_, i) => 0.1 * normal({ seed, stream: Streams.tests, step: 90 + kind }, i >> 12, i % 4096),
    );
  return { dLogp: list(0), dEntropy: list(1), dMeanLogp: list(2) };
}

function testPrompts(shape: PolicyShape, rows: number, length: number, seed = 1): Prompts {
  const { ids, starts } = testBatch(shape, rows, length, seed);
  // No prompt ends before it has begun to speak.
  return { rows, length, ids: ids.map((id) => (id === EOS ? EOS + 1 : id)), starts };
}

/** −Σ logp / N of all batches as one: supervised fine-tuning. */
export function meanCredit(batches: readonly Sequences[]): TokenCredit[] {
  const count = scoredOf(batches);
  return batches.map(({ mask }) => ({ dLogp: mask.map((value) => -value / count) }));
}

type Assign = (batches: readonly Sequences[], scores: readonly { readonly logp: ArrayLike<number> }[]) => TokenCredit[];

/**
 * Credits that depend on what the policy says, in the ways the algorithms do: SFT; GRPO with advantages ±1 by row, a ratio
 * clipped at 0.2 and an entropy bonus; DPO with even rows chosen and odd ones rejected, β 0.1, the starting policy unknown.
 */
export const ASSIGNMENTS: Readonly<Record<string, Assign>> = {
  sft: meanCredit,
  grpo: (batches, scores) => {
    const count = scoredOf(batches);
    return batches.map(({ mask, length, rows }, b) => {
      const dLogp = mask.map((value, i) => {
        const advantage = Math.floor(i / (length - 1)) % 2 === 0 ? 1 : -1;
        const ratio = Math.exp(scores[b]!.logp[i]! + Math.log(12));
        const clipped = advantage > 0 ? ratio > 1.2 : ratio < 0.8;
        return clipped ? 0 : (-value * advantage * Math.min(ratio, 2)) / count;
      });
      return { dLogp, dEntropy: new Float32Array(rows * (length - 1)).fill(-0.01 / count) };
    });
  },
  dpo: (batches, scores) =>
    batches.map(({ mask, length, rows }, b) => {
      const T = length - 1;
      const sumOf = (row: number) =>
        Array.from({ length: T }, (_, t) => scores[b]!.logp[row * T + t]!).reduce((x, y) => x + y);
      const dLogp = new Float32Array(rows * T);
      for (let row = 0; row + 1 < rows; row += 2) {
        const push = 0.1 / (1 + Math.exp(0.1 * (sumOf(row) - sumOf(row + 1))));
        for (let t = 0; t < T; t++) {
          dLogp[row * T + t] = -push * mask[row * T + t]!;
          dLogp[(row + 1) * T + t] = push * mask[(row + 1) * T + t]!;
        }
      }
      return { dLogp };
    }),
};

function scoredOf(batches: readonly Sequences[]): number {
  return batches.reduce((sum, { mask }) => sum + mask.reduce((a, b) => a + b, 0), 0);
}

export function meanLoss(batches: readonly Sequences[], scores: readonly TokenScores[]): number {
  return -scores.reduce((sum, { logp }) => sum + logp.reduce((a, b) => a + b, 0), 0) / scoredOf(batches);
}

/** max |a − b| over max |b|; Infinity where something is no number. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = 0;
  let largest = 1e-12;
  for (let i = 0; i < b.length; i++) {
    const error = Math.abs(a[i]! - b[i]!);
    if (!(error <= worst)) worst = Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return a.length === b.length ? worst / largest : Number.POSITIVE_INFINITY;
}

/** The worst error of each kind of number against float64, by name; gradients tensor by tensor. */
export async function parityErrors(
  policy: Policy,
  weights: Float32Array,
  batches: readonly Sequences[],
): Promise<Record<string, number>> {
  const { shape } = policy;
  const errors: Record<string, number> = {};
  const note = (name: string, error: number) => {
    errors[name] = Math.max(errors[name] ?? 0, error);
  };
  for (const batch of batches) {
    const expected = forward64(shape, weights, batch);
    const scores = await policy.score(batch);
    for (const key of ["logp", "entropy", "varentropy", "meanLogp"] as const) {
      note(key, relativeError(scores[key], expected[key]));
    }
    note("logits", relativeError(await policy.logits(batch), expected.logits));
  }
  const credits = batches.map((batch, i) => testCredit(batch, i + 1));
  const gradient = await policy.gradient(batches, credits);
  const expected = gradient64(shape, weights, batches, credits);
  for (const { name, offset, size } of policy.layout) {
    note(
      `∂ ${name}`,
      relativeError(gradient.subarray(offset, offset + size), expected.subarray(offset, offset + size)),
    );
  }
  return errors;
}

/** Ways to sample that must draw the reference's tokens. */
export const SAMPLERS: readonly { readonly title: string; readonly options: SamplerOptions }[] = [
  { title: "greedy", options: { temperature: 0, topP: 1 } },
  { title: "temperature 1", options: { temperature: 1, topP: 1 } },
  { title: "a nucleus at temperature 0.7", options: { temperature: 0.7, topP: 0.8 } },
  { title: "a hint with the linear gate", options: { temperature: 0.6, topP: 0.9, gate: "linear" } },
  { title: "a hint with the sigmoid gate", options: { temperature: 0.6, topP: 0.9, gate: "sigmoid" } },
  { title: "a hint with the piecewise gate", options: { temperature: 1, topP: 1, gate: "piecewise" } },
  { title: "a greedy hint", options: { temperature: 0, topP: 0.9, gate: "linear" } },
];

interface SamplerOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly gate?: HintedStream["gate"];
}

/** Prompts of several lengths and complete options; with a gate, longer prompts as the hinted stream. */
export function samplingOf(
  shape: PolicyShape,
  { gate, ...sampler }: SamplerOptions,
): { readonly prompts: Prompts; readonly options: SampleOptions } {
  const prompts = testPrompts(shape, 6, 9);
  const options = { ...sampler, maxNewTokens: 20, key: { seed: 3, stream: Streams.rollouts, step: 9 } };
  if (!gate) return { prompts, options };
  const hinted = { prompts: testPrompts(shape, 6, 14, 5), gate, beta: 0.6, switchToken: 11 };
  return { prompts, options: { ...options, hinted } };
}
