import type { FeedCredit, FeedScores, Numbers } from "../objective.ts";
import { floorLogp } from "./batch.ts";

/** What a softmax over logits says about labels: the float64 reference of what a policy's token head computes. */
export interface LogitScores extends FeedScores {
  readonly varentropy: Float64Array; // [B, T]
  readonly meanLogp: Float64Array; // [B, T]
  /** log π(v) at every scored position; empty where nothing is scored. [B·T][V] */
  readonly logProbabilities: readonly Float64Array[];
}

/**
 * Scores of `labels` [B·T] under softmax(`logits` [B·T][V]), float64. 0 where `mask` is 0; logits and labels are not read
 * there. Entropy is exact; references that add 1e-10 inside the logarithm differ by V · 1e-10.
 */
export function scoreLogits(
  logits: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  mask: Numbers,
  vocabSize: number,
): LogitScores {
  const zeros = () => new Float64Array(logits.length);
  const scores = { logp: zeros(), entropy: zeros(), varentropy: zeros(), meanLogp: zeros() };
  const logProbabilities = logits.map((row, i) => {
    if (!mask[i]) return new Float64Array(0);
    const all = logSoftmax(row);
    let mean = 0;
    for (const logp of all) {
      scores.entropy[i]! -= Math.exp(logp) * floorLogp(logp);
      mean += floorLogp(logp) / all.length;
    }
    for (const logp of all) scores.varentropy[i]! += Math.exp(logp) * (floorLogp(logp) + scores.entropy[i]!) ** 2;
    scores.logp[i] = floorLogp(all[labels[i]!]!);
    scores.meanLogp[i] = mean;
    return all;
  });
  return { ...scores, vocabSize, logProbabilities };
}

/** log softmax, shifted by the largest logit. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const row = Float64Array.from(logits);
  const largest = row.reduce((max, x) => Math.max(max, x), Number.NEGATIVE_INFINITY);
  const sum = row.reduce((total, x) => total + Math.exp(x - largest), 0);
  return row.map((x) => x - largest - Math.log(sum));
}

/**
 * ∂L/∂logits [B·T][V] of a credit: dLogp (1[v = y] − π_v) − dEntropy π_v (log π_v + H) + dMeanLogp (1/V − π_v).
 * 0 where nothing is scored.
 */
export function logitCredit(scores: LogitScores, labels: ArrayLike<number>, credit: FeedCredit): Float64Array[] {
  return scores.logProbabilities.map((all, i) => {
    const result = new Float64Array(scores.vocabSize);
    const push = credit.dLogp[i]!;
    const uncertain = credit.dEntropy?.[i] ?? 0;
    const spread = credit.dMeanLogp?.[i] ?? 0;
    all.forEach((logp, v) => {
      const p = Math.exp(logp);
      const own = v === labels[i] ? 1 : 0;
      result[v] =
        push * (own - p) - uncertain * p * (floorLogp(logp) + scores.entropy[i]!) + spread * (1 / all.length - p);
    });
    return result;
  });
}
