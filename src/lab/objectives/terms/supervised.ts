import type { Metrics } from "../../metrics.ts";
import { quantiles, type Summary, summarise } from "../../statistics.ts";
import type { Assignment, Defining, FeedCredit, FeedScores, Numbers, Term, TokenFeed, View } from "../objective.ts";
import {
  type AggregationValues,
  factor,
  floorLogp,
  present,
  scored,
  tokenScale,
  vectors,
  WEIGHT_VIEW,
} from "./batch.ts";

/** What one scored token contributes before the mean over tokens. */
interface TokenPush {
  readonly loss: number; // ℓ_t
  readonly push: number; // −∂ℓ_t/∂log π(y_t)
}

/** From a token's index in [B, T] and its log π to its loss and push. */
export type TokenRule = (index: number, logp: number) => TokenPush;

/** ℓ = −w · min(log π, ceiling), w held still; a token above the ceiling is not pushed, as torch's clamp has it. */
export function weighted(weightOf: (index: number) => number, ceiling = Number.POSITIVE_INFINITY): TokenRule {
  return (index, logp) => {
    const w = weightOf(index);
    return logp <= ceiling ? { loss: -w * logp, push: w } : { loss: -w * ceiling, push: 0 };
  };
}

/** The words of what is shown of demonstrations, whatever pushes them; λ where hints wrote them. */
export const DEMO_VIEWS = {
  weight: WEIGHT_VIEW,
  phi: {
    label: "φ = p(1−p)",
    symbol: "φ",
    formula: "p(1−p)",
    scale: "size",
    full: 0.25,
    ends: { up: "undecided, at most 0.25" },
  },
  cll: {
    label: "CLL = log p + H",
    symbol: "CLL",
    formula: "log p + H",
    scale: "signed",
    full: 3,
    ends: { up: "likelier than the policy's own average", down: "less likely" },
    unit: "nats",
  },
  hint_lambda: {
    label: "the student's share λ",
    symbol: "λ",
    words: "the student's share",
    scale: "size",
    full: 1,
    ends: { up: "chosen without the hint; uncoloured: by the hint alone" },
  },
} as const satisfies Record<string, View>;

/** Demonstrations that were written with hints make another algorithm of imitation: Hinted Decoding. */
export const UNHINTED: Defining = {
  within: ({ demoStyle }) => demoStyle !== "hinted",
  otherwise: () => "on hinted demonstrations",
};

/** Views and metrics are worked out when they are first read, from the scores and the feed as they are then. */
interface Supervision {
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
  const [dLogp, weight] = vectors(2, size) as [Float64Array, Float64Array]; // [B, T]
  const dMeanLogp = smoothing > 0 ? new Float64Array(size) : undefined;
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
  const expert = later(() => readExpert(scores, feed));
  const shown = later(() => ({ ...expert().views, weight, ...views }));
  const metrics = later(() => {
    const weights = scored(weight, feed.mask);
    return present({ loss, ...sizesOf(weights), ...spreadOf(weights), ...expert().metrics });
  });
  const credit: FeedCredit = {
    dLogp,
    dMeanLogp,
    get views() {
      return shown();
    },
  };
  return {
    loss,
    credit,
    get metrics() {
      return metrics();
    },
  };
}

/** The push of any token where every weight is 1. */
export function explainSmoothed({ labelSmoothing: e }: { readonly labelSmoothing: number }): Term {
  return e > 0 ? { symbols: "(1 − ε)", numbers: ["(1 − ", e, ")"], value: 1 - e } : factor("1", 1);
}

/** A supervision as a whole assignment; `more` are metrics of the objective's own. */
export function onDemos(part: Supervision, more: () => Metrics = () => ({})): Assignment<"demos"> {
  const metrics = later(() => ({ ...part.metrics, ...more() }));
  return {
    loss: part.loss,
    credit: { demos: part.credit },
    get metrics() {
      return metrics();
    },
  };
}

/** Made when it is first asked for: a GPU waits for credits, and nobody for metrics. */
function later<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** `token_weight/mean` and `/max` of weights [B, T]. */
export function weightMetrics(weight: Numbers, mask: Numbers): Metrics {
  return sizesOf(scored(weight, mask));
}

function sizesOf(weights: Float64Array): Metrics {
  const { mean, max } = summarise(weights);
  return { "token_weight/mean": mean, "token_weight/max": max };
}

const SPREAD = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 };

/** `token_weight/p05` … `/p95` of weights [B, T]; nothing where no token is scored. */
export function weightSpread(weight: Numbers, mask: Numbers): Metrics {
  return spreadOf(scored(weight, mask));
}

function spreadOf(weights: Float64Array): Metrics {
  const values = quantiles(weights, Object.values(SPREAD));
  return present(Object.fromEntries(Object.keys(SPREAD).map((name, i) => [`token_weight/${name}`, values[i]])));
}

/** The metrics of weights on the expert's tokens as they are within a mix, where the expert's term has this share. */
export function sharedWeights(metrics: Metrics, share: number): Metrics {
  const own = Object.entries(metrics).filter(([name]) => name.startsWith("token_weight/"));
  return Object.fromEntries(own.map(([name, value]) => [name, share * value]));
}

/** What the policy says about demonstrations, whatever the objective. */
export function expertMetrics(scores: FeedScores, feed: TokenFeed): Metrics {
  return readExpert(scores, feed).metrics;
}

/** The metrics and the views [B, T] of demonstrations, in one pass. */
function readExpert({ logp, entropy }: FeedScores, { mask }: TokenFeed) {
  const [likelihoods, phis, clls] = vectors(3, mask.length) as [Float64Array, Float64Array, Float64Array];
  const views = { p: likelihoods, phi: phis, cll: clls };
  const sums = { count: 0, zeros: 0, logp: 0, p: 0, phi: 0, entropy: 0 };
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const floored = floorLogp(logp[i]!);
    const p = Math.exp(floored);
    const phi = p * (1 - p);
    views.p[i] = p;
    views.phi[i] = phi;
    views.cll[i] = floored + entropy[i]!;
    sums.count++;
    if (p === 0) sums.zeros++;
    sums.logp += floored;
    sums.p += p;
    sums.phi += phi;
    sums.entropy += entropy[i]!;
  }
  const { count, zeros } = sums;
  if (count === 0) return { metrics: {}, views };
  const cll = summarise(scored(views.cll, mask));
  const metrics = present({
    nll: -sums.logp / count,
    "expert/mean_p": sums.p / count,
    "expert/mean_phi": sums.phi / count,
    "expert/entropy": sums.entropy / count,
    ...(Number.isNaN(cll.mean) ? {} : cllOf(cll)),
    "expert/zero_probability": zeros > 0 ? zeros / count : undefined,
  });
  return { metrics, views };
}

const cllOf = ({ mean, std, min, max }: Summary): Metrics => ({
  "expert/cll/mean": mean,
  "expert/cll/std": std,
  "expert/cll/min": min,
  "expert/cll/max": max,
});
