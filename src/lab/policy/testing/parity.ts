import { normal, rngFor, Streams } from "../../rng.ts";
import type { AdamW, Policy, Prompts, Sequences, TokenCredit } from "../policy.ts";
import { layoutOf, type PolicyShape, parameterCount, SIZES } from "../shape.ts";

/*
 * What two implementations of Policy must agree on, as functions that any test can call: the inputs, made to reach every
 * branch, and how far two answers lie apart.
 */

const nano: PolicyShape = { ...SIZES.nano, context: 48 };

/** Shapes that differ in everything an implementation may get wrong. */
export const SHAPES: Readonly<Record<string, PolicyShape>> = {
  nano,
  "two layers": { ...nano, layers: 2 },
  "grouped heads": { ...nano, kvHeads: 1 },
  "grouped heads, two layers, own head": { ...nano, layers: 2, heads: 4, kvHeads: 2, headWidth: 8, tied: false },
  "wide heads, odd sizes": { ...nano, vocabSize: 37, headWidth: 24, hidden: 50, tied: false, ropeTheta: 500 },
};

/** Shapes of small models that people have, with their vocabularies, and one of the largest vocabulary and context and no size that suits a vector. */
export const REFERENCE_SHAPES: Readonly<Record<string, PolicyShape>> = {
  stories260K: {
    ...{ ...SIZES.nano, layers: 5, width: 64, heads: 8, kvHeads: 4, headWidth: 8 },
    ...{ hidden: 172, vocabSize: 512, context: 512 },
  },
  "SimpleStories-1.25M": {
    ...{ ...SIZES.nano, layers: 4, width: 128, heads: 4, kvHeads: 2, headWidth: 32 },
    ...{ hidden: 341, vocabSize: 4096, context: 512 },
  },
  "50,000 tokens, odd sizes": {
    ...{ ...SIZES.nano, width: 18, heads: 3, kvHeads: 1, headWidth: 6 },
    ...{ hidden: 29, vocabSize: 50_000, context: 1024, tied: false },
  },
};

/** How far the logits of two policies lie apart. */
export async function compareLogits(a: Policy, b: Policy): Promise<number> {
  const batch = testBatch(a.shape, 2, 8);
  return distance(await a.logits(batch), await b.logits(batch));
}

/** Weights far from their initial values, so that norms and softmaxes are not flat. @param spread of the norms about 1 */
export function testWeights(shape: PolicyShape, seed = 1, spread = 0.15): Float32Array {
  const weights = new Float32Array(parameterCount(shape));
  for (const [tensor, { offset, size, shape: dims }] of layoutOf(shape).entries()) {
    const key = { seed, stream: Streams.tests, step: tensor };
    const [centre, scale] = dims.length === 1 ? [1, spread] : [0, 0.15];
    for (let i = 0; i < size; i++) weights[offset + i] = centre + scale * normal(key, i >> 12, i % 4096);
  }
  return weights;
}

/**
 * Left-padded rows with scattered masks. The first column is padding in every row; at an even length nothing is scored
 * before the middle, as after a prompt.
 */
export function testBatch(shape: PolicyShape, rows: number, length: number, temperature?: number): Sequences {
  const rng = rngFor({ seed: rows, stream: Streams.tests, step: length }, 1);
  const starts = Int32Array.from({ length: rows }, () => 1 + rng.below(Math.ceil(length / 2) - 1));
  const ids = Int32Array.from({ length: rows * length }, (_, i) => {
    const token = 1 + rng.below(shape.vocabSize - 1);
    return i % length < starts[Math.floor(i / length)]! ? 0 : token;
  });
  const mask = Float32Array.from({ length: rows * (length - 1) }, (_, i) => {
    const t = i % (length - 1);
    const first = length % 2 === 0 ? length / 2 : 0;
    const inside = t >= Math.max(first, starts[Math.floor(i / (length - 1))]!) && t < length - 2;
    return inside && rng.next() < 0.7 ? 1 : 0;
  });
  return { rows, length, ids, starts, mask, ...(temperature === undefined ? {} : { temperature }) };
}

/** Random credits on every kind of score; also where the mask is 0, where they must not count. */
export function testCredit(batch: Sequences): TokenCredit {
  const rng = rngFor({ seed: 5, stream: Streams.tests, step: 2 }, batch.rows);
  const values = () => Float32Array.from({ length: batch.mask.length }, () => 2 * rng.next() - 1);
  return { dLogp: values(), dEntropy: values(), dMeanLogp: values() };
}

export function testPrompts(shape: PolicyShape, rows: number, length: number): Prompts {
  const { ids, starts } = testBatch(shape, rows, length);
  return { rows, length, ids, starts };
}

export const TEST_RULE: AdamW = {
  lr: 3e-3,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
};

/** How far two vectors lie apart: the L2 norm of the difference over that of `b`. NaN anywhere gives NaN. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`two vectors must have one length, got ${a.length} and ${b.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return size === 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
}

/** Distances between what two policies of the same weights say about batches of several sizes, by name. */
export async function compareScores(a: Policy, b: Policy): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const batch of [testBatch(a.shape, 3, 11), testBatch(a.shape, 2, 16, 0.7)]) {
    const name = `${batch.rows}×${batch.length}`;
    const [x, y] = [await a.score(batch), await b.score(batch)];
    for (const score of ["logp", "entropy", "varentropy", "meanLogp"] as const) {
      out[`${score} ${name}`] = distance(x[score], y[score]);
    }
    out[`logits ${name}`] = distance(await a.logits(batch), await b.logits(batch));
  }
  return out;
}

/** Distances between gradients of all scores' credits over two batches of different sizes and temperatures. */
export async function compareGradients(a: Policy, b: Policy): Promise<Record<string, number>> {
  const batches = [testBatch(a.shape, 3, 11), testBatch(a.shape, 2, 16, 0.7)];
  const credits = batches.map(testCredit);
  const [x, y] = [await a.gradient(batches, credits), await b.gradient(batches, credits)];
  return Object.fromEntries(
    a.layout.map(({ name, offset, size }) => [
      name,
      distance(x.subarray(offset, offset + size), y.subarray(offset, offset + size)),
    ]),
  );
}

/** Distances after `steps` updates by credits that depend on the scores. */
export async function compareLearning(a: Policy, b: Policy, steps: number): Promise<Record<string, number>> {
  const reports = [];
  for (let step = 0; step < steps; step++) reports.push([await testStep(a, step), await testStep(b, step)] as const);
  const [x, y] = [await a.export(), await b.export()];
  return {
    gradNorm: Math.max(...reports.map(([p, q]) => Math.abs(p.gradNorm / q.gradNorm - 1))),
    paramNorm: Math.max(...reports.map(([p, q]) => Math.abs(p.paramNorm / q.paramNorm - 1))),
    weights: distance(x.weights, y.weights),
    firstMoment: distance(x.firstMoment, y.firstMoment),
    secondMoment: distance(x.secondMoment, y.secondMoment),
  };
}

/** One update that makes the tokens of two batches likelier, the unlikely ones more. */
export function testStep(policy: Policy, step: number): ReturnType<Policy["learn"]> {
  const batches = [testBatch(policy.shape, 3, 9 + step), testBatch(policy.shape, 2, 13)];
  return policy.learn(
    batches,
    (scores) => scores.map(({ logp }, i) => ({ dLogp: logp.map((value) => -(i + 1) * (1 - Math.exp(value))) })),
    TEST_RULE,
  );
}
