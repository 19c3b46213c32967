import { readFileSync } from "node:fs";
import type { AdamW, Sequences, TokenCredit } from "../policy.ts";
import { shapeFromConfig, weightsFromSafetensors } from "../testFiles.ts";

/*
 * A random one-layer Llama and what transformers 5.17 and torch 2.13 (weights float32, arithmetic float64) say about it.
 */

const bytes = (name: string) => readFileSync(new URL(name, import.meta.url));
const json = (name: string) => JSON.parse(bytes(name).toString("utf8"));

/** As in batch.json, rows first. */
interface Batch {
  readonly ids: number[][];
  readonly attentionMask: number[][];
  readonly mask: number[][];
  /** Of the first two rows. */
  readonly logits: number[][][];
  readonly logp: number[][];
  readonly entropy: number[][];
  readonly credit: number[][];
  readonly entropyCredit: number[][];
  readonly adamw: { lr: number; betas: [number, number]; eps: number; weight_decay: number; clip: number };
  /** Mean negative log-probability over the mask, before each of three updates. */
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly greedyPromptLength: number;
  readonly greedy: number[][];
}

export const expected: Batch = json("batch.json");
export const shape = shapeFromConfig(json("config.json"));
export const weights = weightsFromSafetensors(shape, bytes("model.safetensors"));
export const gradient = weightsFromSafetensors(shape, bytes("grads.safetensors"));
export const weightsAfterThree = weightsFromSafetensors(shape, bytes("after3.safetensors"));

/** Index of the first real token of each row. */
export const starts = Int32Array.from(expected.attentionMask, (row) => row.indexOf(1));

export const batch: Sequences = {
  rows: expected.ids.length,
  length: expected.ids[0]!.length,
  ids: Int32Array.from(expected.ids.flat()),
  starts,
  mask: Float32Array.from(expected.mask.flat()),
};

/** Every position whose token and predecessor are real. */
export const everything: Sequences = {
  ...batch,
  mask: Float32Array.from(expected.attentionMask.flatMap((row) => row.slice(0, -1))),
};

export const credit: TokenCredit = { dLogp: expected.credit.flat(), dEntropy: expected.entropyCredit.flat() };

const { lr, betas, eps, weight_decay, clip } = expected.adamw;
/** torch decays every parameter unless told otherwise, the norms' gains too. */
export const adamW: AdamW = {
  lr,
  beta1: betas[0],
  beta2: betas[1],
  epsilon: eps,
  weightDecay: weight_decay,
  clipNorm: clip,
  decayNorms: true,
};

/** −Σ logp / N, the loss that torch minimised. */
export function meanLoss(logp: Float32Array): number {
  const count = batch.mask.reduce((sum, value) => sum + value, 0);
  return -logp.reduce((sum, value) => sum + value, 0) / count;
}

/** Its credit. */
export function meanLossCredit(): TokenCredit {
  const count = batch.mask.reduce((sum, value) => sum + value, 0);
  return { dLogp: batch.mask.map((value) => -value / count) };
}

/** The largest |a − b| / (|b| + `floor`): relative, down to where float32 noise takes over. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, floor: number): number {
  let worst = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < b.length; i++) {
    const error = Math.abs(a[i]! - b[i]!) / (Math.abs(b[i]!) + floor);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}
