import { type AggregationValues, tokenScale } from "./aggregate.ts";
import { centredLogLikelihood } from "./ddt.ts";
import { present } from "./metrics.ts";
import type { FeedCredit, FeedScores, Metrics, Numbers, TokenFeed } from "./objective.ts";
import { floorLogp } from "./probability.ts";
import { quantiles, type Summary, scored, scoredMean, summarise, zeroShare } from "./stats.ts";
import type { TokenRule } from "./tokenWeight.ts";

export interface Supervision {
  readonly loss: number;
  readonly credit: FeedCredit;
  readonly metrics: Metrics;
}

/**
 * L = Σ c_t ℓ_t over the demonstrations' scored tokens, c from the aggregation, ℓ and its slope from `rule`. With label
 * smoothing ε: (1 − ε)(−log π(y)) + ε · mean over the vocabulary of −log π, as torch's cross-entropy and Hugging Face's
 * LabelSmoother; it goes with rules of weight 1.
 */
export function supervise(
  scores: FeedScores,
  feed: TokenFeed,
  values: AggregationValues & { readonly labelSmoothing?: number },
  rule: TokenRule,
  views: Readonly<Record<string, Numbers>> = {},
): Supervision {
  const size = feed.rows * feed.length;
  const scale = tokenScale(feed, values);
  const smoothing = values.labelSmoothing ?? 0;
  const dLogp = new Float64Array(size); // [B, T]
  const dMeanLogp = smoothing > 0 ? new Float64Array(size) : undefined;
  const weight = new Float64Array(size);
  let loss = 0;
  for (let i = 0; i < size; i++) {
    const c = scale[i]!;
    if (c === 0) continue;
    const token = rule(i, floorLogp(scores.logp[i]!));
    weight[i] = (1 - smoothing) * token.push;
    loss += c * (1 - smoothing) * token.loss;
    dLogp[i] = -c * weight[i]!;
    if (!dMeanLogp) continue;
    loss -= c * smoothing * floorLogp(scores.meanLogp![i]!);
    dMeanLogp[i] = -c * smoothing;
  }
  const metrics = {
    loss,
    ...weightMetrics(weight, feed.mask),
    ...weightSpread(weight, feed.mask),
    ...expertMetrics(scores, feed),
  };
  const shown = { ...expertViews(scores, feed), weight, ...views };
  return { loss, credit: { dLogp, dMeanLogp, views: shown }, metrics: present(metrics) };
}

/** `token_weight/mean` and `/max` of weights [B, T]. */
export function weightMetrics(weight: Numbers, mask: Numbers): Metrics {
  const { mean, max } = summarise(scored(weight, mask));
  return { "token_weight/mean": mean, "token_weight/max": max };
}

const SPREAD = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 };

/** `token_weight/p05` … `/p95` of weights [B, T]; nothing where no token is scored. */
export function weightSpread(weight: Numbers, mask: Numbers): Metrics {
  const values = quantiles(scored(weight, mask), Object.values(SPREAD));
  return present(Object.fromEntries(Object.keys(SPREAD).map((name, i) => [`token_weight/${name}`, values[i]])));
}

/** The metrics of weights on the expert's tokens as they are within a mix, where the expert's term has this share. */
export function sharedWeights(metrics: Metrics, share: number): Metrics {
  const own = Object.entries(metrics).filter(([name]) => name.startsWith("token_weight/"));
  return Object.fromEntries(own.map(([name, value]) => [name, share * value]));
}

/** What the policy says about demonstrations, whatever the objective. */
export function expertMetrics(scores: FeedScores, feed: TokenFeed): Metrics {
  const sums = { count: 0, logp: 0, p: 0, phi: 0 };
  for (let i = 0; i < feed.mask.length; i++) {
    if (!feed.mask[i]) continue;
    const logp = floorLogp(scores.logp[i]!);
    const p = Math.exp(logp);
    sums.count++;
    sums.logp += logp;
    sums.p += p;
    sums.phi += p * (1 - p);
  }
  if (sums.count === 0) return {};
  const cll = summarise(scored(centredLogLikelihood(scores), feed.mask));
  return present({
    nll: -sums.logp / sums.count,
    "expert/mean_p": sums.p / sums.count,
    "expert/mean_phi": sums.phi / sums.count,
    "expert/entropy": scoredMean(scores.entropy, feed.mask),
    ...(Number.isNaN(cll.mean) ? {} : cllOf(cll)),
    "expert/zero_probability": zeroShare(scores.logp, feed.mask),
  });
}

const cllOf = ({ mean, std, min, max }: Summary): Metrics => ({
  "expert/cll/mean": mean,
  "expert/cll/std": std,
  "expert/cll/min": min,
  "expert/cll/max": max,
});

function expertViews(scores: FeedScores, feed: TokenFeed): Record<string, Float64Array> {
  const zeros = () => new Float64Array(feed.mask.length);
  const views = { p: zeros(), phi: zeros(), cll: zeros() };
  for (let i = 0; i < feed.mask.length; i++) {
    if (!feed.mask[i]) continue;
    const p = Math.exp(scores.logp[i]!);
    views.p[i] = p;
    views.phi[i] = p * (1 - p);
    views.cll[i] = floorLogp(scores.logp[i]!) + scores.entropy[i]!;
  }
  return views;
}
