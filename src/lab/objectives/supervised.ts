import { type AggregationValues, tokenScale } from "./aggregate.ts";
import { centredLogLikelihood } from "./ddt.ts";
import { present } from "./metrics.ts";
import type { FeedCredit, FeedScores, Metrics, Numbers, TokenFeed } from "./objective.ts";
import { floorLogp } from "./probability.ts";
import { scored, scoredMean, summarise, zeroShare } from "./stats.ts";
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
  const metrics = { loss, ...weightMetrics(weight, feed.mask), ...expertMetrics(scores, feed) };
  const shown = { ...expertViews(scores, feed), weight, ...views };
  return { loss, credit: { dLogp, dMeanLogp, views: shown }, metrics: present(metrics) };
}

/** `token_weight/mean` and `/max` of weights [B, T]. */
export function weightMetrics(weight: Numbers, mask: Numbers): Metrics {
  const { mean, max } = summarise(scored(weight, mask));
  return { "token_weight/mean": mean, "token_weight/max": max };
}

/** What the policy says about demonstrations, whatever the objective. */
export function expertMetrics(scores: FeedScores, feed: TokenFeed): Metrics {
  const logp = scored(scores.logp, feed.mask).map(floorLogp);
  if (logp.length === 0) return {};
  const p = logp.map(Math.exp);
  const cll = summarise(scored(centredLogLikelihood(scores), feed.mask));
  return present({
    nll: -summarise(logp).mean,
    "expert/mean_p": summarise(p).mean,
    "expert/mean_phi": summarise(p.map((x) => x * (1 - x))).mean,
    "expert/entropy": scoredMean(scores.entropy, feed.mask),
    "expert/cll/mean": cll.mean,
    ...(Number.isNaN(cll.mean)
      ? {}
      : { "expert/cll/std": cll.std, "expert/cll/min": cll.min, "expert/cll/max": cll.max }),
    "expert/zero_probability": zeroShare(scores.logp, feed.mask),
  });
}

function expertViews(scores: FeedScores, feed: TokenFeed): Record<string, Float64Array> {
  const p = Float64Array.from(scores.logp, (x, i) => (feed.mask[i] ? Math.exp(x) : 0));
  const cll = centredLogLikelihood(scores).map((x, i) => (feed.mask[i] ? x : 0));
  return { p, phi: p.map((x) => x * (1 - x)), cll };
}
