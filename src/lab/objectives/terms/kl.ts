import { choice, real } from "../../schema.ts";
import type { FeedScores, Metrics, TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { floorLogp } from "./probability.ts";
import { scoredMean } from "./stats.ts";

export type KlEstimator = "k1" | "k2" | "k3";

export const regulariserKnobs = {
  klCoef: real(
    0,
    { min: 0, max: 10, log: true },
    {
      label: "KL coefficient",
      help: "How strongly own samples are held to the reference policy; 0 needs no reference.",
      symbol: "\\beta_{\\text{KL}}",
      source: "0 in CHORD and TRL; 0.001 for GRPO in arXiv 2506.21495",
      live: true,
    },
  ),
  klEstimator: choice<KlEstimator>(
    "k3",
    [
      { value: "k1", label: "k1", help: "log π − log π_ref: unbiased value, noisy." },
      { value: "k2", label: "k2", help: "Half its square: Trinity-RFT's default." },
      { value: "k3", label: "k3", help: "exp(−d) + d − 1: never negative; GRPO's and TRL's." },
    ],
    { label: "KL estimator", help: "How the divergence is estimated from the sampled token.", source: "Schulman 2020" },
  ),
  entropyCoef: real(
    0,
    { min: 0, max: 1, log: true },
    {
      label: "Entropy bonus",
      help: "How much the policy is paid for staying uncertain on its own samples.",
      symbol: "\\beta_H",
      source: "0 in CHORD and TRL",
      live: true,
    },
  ),
};

export interface RegulariserValues {
  readonly klCoef: number;
  readonly klEstimator: KlEstimator;
  readonly entropyCoef: number;
}

/** Largest exponent of k3: beyond it value and slope go on with e^20 instead of overflowing (as verl's low_var_kl). */
const LARGEST = 20;

/** The estimate of KL(π ‖ π_ref) from one token and its slope in log π; d = log π − log π_ref. */
export function klTerm(estimator: KlEstimator, d: number): { readonly value: number; readonly slope: number } {
  if (estimator === "k1") return { value: d, slope: 1 };
  if (estimator === "k2") return { value: 0.5 * d * d, slope: d };
  const e = Math.exp(Math.min(-d, LARGEST));
  return { value: e + d - 1, slope: 1 - e };
}

/**
 * Adds klCoef · Σ c_t k(d_t) − entropyCoef · mean H to a loss over own samples, as Trinity-RFT's dp_actor.py: outside any
 * mix, never scaled by 1 − µ. The entropy is a token mean whatever the aggregation. Writes the slope into `dLogp`.
 * @throws {FeedError} when the KL is asked for without refLogp.
 */
export function regularise(
  scores: FeedScores,
  feed: TokenFeed,
  values: RegulariserValues,
  scale: Float64Array,
  dLogp: Float64Array,
): { readonly loss: number; readonly dEntropy: Float64Array | undefined; readonly metrics: Metrics } {
  const metrics: Record<string, number> = {};
  let loss = 0;
  if (feed.refLogp) {
    const kl = new Float64Array(scale.length); // [B, T]
    for (let i = 0; i < scale.length; i++) {
      if (!scale[i]) continue;
      const { value, slope } = klTerm(values.klEstimator, floorLogp(scores.logp[i]!) - floorLogp(feed.refLogp[i]!));
      loss += values.klCoef * scale[i]! * value;
      dLogp[i]! += values.klCoef * scale[i]! * slope;
      kl[i] = value;
    }
    const mean = scoredMean(kl, feed.mask);
    if (mean !== undefined) metrics.kl = mean;
  } else if (values.klCoef > 0 && feed.rows > 0) {
    throw new FeedError(
      `refLogp must come with the feed when klCoef is above 0; got klCoef ${values.klCoef} and no refLogp.`,
    );
  }
  const entropy = scoredMean(scores.entropy, feed.mask);
  if (entropy !== undefined) metrics.entropy = entropy;
  if (values.entropyCoef === 0 || entropy === undefined) return { loss, dEntropy: undefined, metrics };
  let count = 0;
  for (let i = 0; i < feed.mask.length; i++) if (feed.mask[i]) count++;
  const dEntropy = Float64Array.from(feed.mask, (m) => (m ? -values.entropyCoef / count : 0));
  return { loss: loss - values.entropyCoef * entropy, dEntropy, metrics };
}
