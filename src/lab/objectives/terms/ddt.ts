import { summarise } from "../../statistics.ts";
import type { FeedScores, Numbers, TokenFeed } from "../objective.ts";
import { floorLogp, scored } from "./batch.ts";

/*
 * Distribution Discriminant Theory (On-Policy SFT, arXiv 2602.12222): the centred log-likelihood CLL_t = log p(y_t) + H_t
 * (the paper's φ), after phi_utils.py of the authors' repository. Under the policy's own samples its mean is 0 and its
 * variance the varentropy, so Σ CLL along a row is a zero-mean martingale; E_q[CLL] = H(p) − H(q) − KL(q‖p).
 */

/** log π(y) + H [B, T], nats. */
export function centredLogLikelihood(scores: Pick<FeedScores, "logp" | "entropy">): Float64Array {
  const cll = new Float64Array(scores.logp.length);
  for (let i = 0; i < cll.length; i++) cll[i] = floorLogp(scores.logp[i]!) + scores.entropy[i]!;
  return cll;
}

/** Counts in equal bins over [min, max]; the outer bins take what lies beyond. */
interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
}

/** CLL of some tokens. */
interface CllSummary {
  readonly tokens: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Share of tokens with CLL > 0. */
  readonly positiveRatio: number;
  /** Shares of tokens with CLL < −1, −3, −5. */
  readonly below1: number;
  readonly below3: number;
  readonly below5: number;
}

export interface DdtSummary extends CllSummary {
  /** Σ CLL of each row. [B] */
  readonly rowSums: readonly number[];
  readonly histogram: Histogram;
}

/** CLL of a batch's scored tokens under the policy that `scores` came from. An empty batch has every number 0. */
export function ddtSummary(scores: FeedScores, feed: Pick<TokenFeed, "rows" | "length" | "mask">): DdtSummary {
  const cll = centredLogLikelihood(scores);
  const values = scored(cll, feed.mask);
  const rowSums = Array.from({ length: feed.rows }, (_, b) => {
    let sum = 0;
    for (let t = b * feed.length; t < (b + 1) * feed.length; t++) if (feed.mask[t]) sum += cll[t]!;
    return sum;
  });
  return { ...cllSummary(values), rowSums, histogram: histogram(values) };
}

/** Of the CLL of every scored token. No token: every number 0. */
export function cllSummary(values: Numbers): CllSummary {
  const { count, mean, std, min, max } = summarise(values);
  const counts = tally(values);
  const share = (n: number) => (count > 0 ? n / count : 0);
  return {
    ...{ tokens: count, mean, std, min, max },
    positiveRatio: share(counts.above0),
    below1: share(counts.below1),
    below3: share(counts.below3),
    below5: share(counts.below5),
  };
}

function tally(values: Numbers) {
  const counts = { above0: 0, below1: 0, below3: 0, below5: 0 };
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x > 0) counts.above0++;
    if (x < -1) counts.below1++;
    if (x < -3) counts.below3++;
    if (x < -5) counts.below5++;
  }
  return counts;
}

/** Bins of width 0.5 over [−8, 4] unless told otherwise. */
export function histogram(values: Numbers, min = -8, max = 4, bins = 24): Histogram {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - min) / (max - min)) * bins);
    const inside = Math.min(bins - 1, Math.max(0, bin));
    counts[inside] = counts[inside]! + 1;
  }
  return { min, max, counts };
}

/** Cumulative CLL of one row's scored tokens, with the band that own samples stay in about 95 times of 100 (Gaussian). */
interface CumulativeCll {
  readonly sum: readonly number[]; // Σ CLL up to each token
  readonly band: readonly number[]; // 2 · sqrt(Σ varentropy); empty where the varentropy is unknown
}

/** The curve of row `b`; as long as the row has scored tokens. */
export function cumulativeCll(
  scores: FeedScores,
  feed: Pick<TokenFeed, "rows" | "length" | "mask">,
  b: number,
): CumulativeCll {
  const cll = centredLogLikelihood(scores);
  const sum: number[] = [];
  const band: number[] = [];
  let total = 0;
  let variance = 0;
  for (let t = b * feed.length; t < (b + 1) * feed.length; t++) {
    if (!feed.mask[t]) continue;
    total += cll[t]!;
    sum.push(total);
    if (!scores.varentropy) continue;
    variance += scores.varentropy[t]!;
    band.push(2 * Math.sqrt(variance));
  }
  return { sum, band };
}

/**
 * What is charted of every data set, as metrics: prefix `cll/own/` for own samples, `cll/demos/` for demonstrations. None for an
 * empty batch or where the entropy is unknown.
 */
export function ddtMetrics(summary: CllSummary, prefix: string): Record<string, number> {
  const { tokens, mean, std, positiveRatio, below1, below3, below5 } = summary;
  if (tokens === 0 || Number.isNaN(mean)) return {};
  return {
    [`${prefix}mean`]: mean,
    [`${prefix}std`]: std,
    [`${prefix}positive_ratio`]: positiveRatio,
    [`${prefix}below_1`]: below1,
    [`${prefix}below_3`]: below3,
    [`${prefix}below_5`]: below5,
  };
}
