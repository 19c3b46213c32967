import { choice, real } from "../../schema.ts";
import type { FeedScores, Metrics, TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { clamp, floorLogp } from "./probability.ts";
import { scoredMean } from "./stats.ts";

export type KlEstimator = "k1" | "k2" | "k3" | "k3-corrected";
export type KlPlace = "loss" | "reward" | "token-reward";

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
      {
        value: "k1",
        label: "k1",
        help: "log π − log π_ref: unbiased value, noisy. In the loss its slope is the same whatever the reference, so it regularises nothing in expectation; it is meant for the reward.",
      },
      { value: "k2", label: "k2", help: "Half its square: Trinity-RFT's default." },
      { value: "k3", label: "k3", help: "exp(−d) + d − 1: never negative; GRPO's and TRL's." },
      {
        value: "k3-corrected",
        label: "k3, importance-corrected",
        help: "k3 times π/π_old: unbiased in value and slope where the samples come from an earlier policy.",
      },
    ],
    {
      label: "KL estimator",
      help: "How the divergence is estimated from the sampled token.",
      source: "Schulman 2020; corrected: TRL use_bias_correction_kl",
    },
  ),
  klIn: choice<KlPlace>(
    "loss",
    [
      { value: "loss", label: "Loss", help: "Added to the loss, with a slope of its own: GRPO." },
      {
        value: "reward",
        label: "Reward of the answer",
        help: "An answer's sum is taken off its reward before the group is compared: verl, TRL's RLOO.",
      },
      {
        value: "token-reward",
        label: "Reward of each token",
        help: "Every token's advantage loses the estimates from it to the end of its answer: PPO, REINFORCE++.",
      },
    ],
    {
      label: "KL in",
      help: "Where the KL to the reference counts: a penalty in the loss, or a part of what is rewarded.",
      source: "loss: GRPO; reward: verl use_kl_in_reward",
    },
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
  /** `loss` where absent. */
  readonly klIn?: KlPlace;
  readonly entropyCoef: number;
}

/** Whether the KL is a part of the reward, so that the loss has no term of it. */
export function klInReward({ klCoef, klIn = "loss" }: Pick<RegulariserValues, "klCoef" | "klIn">): boolean {
  return klCoef > 0 && klIn !== "loss";
}

/** The values for the reinforcement term of a mix: a KL in the loss and the bonus stand outside it, a KL in the reward within. */
export function withinMix<V extends RegulariserValues>(values: V): V {
  return { ...values, klCoef: klInReward(values) ? values.klCoef : 0, entropyCoef: 0 };
}

/** Largest exponent of k3. */
const LARGEST = 20;

/**
 * The estimate of KL(π ‖ π_ref) from one token and its slope in log π; d = log π − log π_ref. k3 = e^(−d) + d − 1 goes on
 * along its tangent below d = −20, value and slope of one function. Deviation: verl (low_var_kl) and Trinity-RFT clamp d to
 * ±20 and the value to ±10, so that tokens with d under about −2.6 are not held to the reference at all.
 *
 * `k3-corrected` is r · k3 with r = π/π_old, the unbiased estimate where the sample comes from π_old (TRL's
 * use_bias_correction_kl); its slope is r (k3 + k3′), which is r d for d above −20. `ratioMoves` is false where r is clamped.
 */
export function klTerm(
  estimator: KlEstimator,
  d: number,
  ratio = 1,
  ratioMoves = true,
): { readonly value: number; readonly slope: number } {
  if (estimator === "k1") return { value: d, slope: 1 };
  if (estimator === "k2") return { value: 0.5 * d * d, slope: d };
  const e = Math.exp(Math.min(-d, LARGEST));
  const beyond = Math.max(0, -d - LARGEST);
  const value = e * (1 + beyond) + d - 1;
  if (estimator === "k3") return { value, slope: 1 - e };
  return { value: ratio * value, slope: ratio * ((ratioMoves ? value : 0) + 1 - e) };
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
  const coef = klInReward(values) ? 0 : values.klCoef;
  const old = feed.oldLogp ?? (scores.frozen ?? scores).logp;
  let loss = 0;
  if (feed.refLogp) {
    const kl = new Float64Array(scale.length); // [B, T]
    for (let i = 0; i < scale.length; i++) {
      if (!scale[i]) continue;
      const logp = floorLogp(scores.logp[i]!);
      const moved = logp - floorLogp(old[i]!);
      const ratio = Math.exp(clamp(moved, -LARGEST, LARGEST));
      const d = logp - floorLogp(feed.refLogp[i]!);
      const { value, slope } = klTerm(values.klEstimator, d, ratio, Math.abs(moved) <= LARGEST);
      loss += coef * scale[i]! * value;
      dLogp[i]! += coef * scale[i]! * slope;
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
