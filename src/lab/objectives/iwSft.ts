import { choice, real } from "../schema.ts";
import { defineObjective } from "./objective.ts";
import { aggregationKnobs } from "./terms/aggregate.ts";
import { FeedError } from "./terms/feedError.ts";
import { clamp, floorLogp } from "./terms/probability.ts";
import { onDemos, supervise } from "./terms/supervised.ts";
import { weighted } from "./terms/tokenWeight.ts";

/**
 * Importance-weighted SFT: L = −Σ c_t w log π(y_t), the weight of a whole answer w = min(exp(τ · mean_t(log π − log π_ref)), c),
 * or of a token clamp(π/π_ref, low, high); behind a stop-gradient. Follows bounding_trainers.py of emmyqin/iw_sft; its
 * broadcast works for one row a device, here every row has its own weight.
 */
export const iwSft = defineObjective({
  id: "iw-sft",
  title: "iw-SFT",
  family: "imitate",
  summary:
    "Weights each demonstration by how much likelier the policy finds it than the reference does: a tighter bound on reward.",
  paper: "Qin and Springenberg 2025, arXiv 2507.12856; code followed: emmyqin/iw_sft",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_{i,t} w_i \\log \\pi_\\theta(y_{i,t}), \\quad w_i = \\min\\!\\Big(e^{\\tau\\, \\overline{\\log \\pi_\\theta - \\log \\pi_{\\text{ref}}}},\\ c\\Big)",
  feeds: ["demos"],
  params: {
    iwLevel: choice(
      "sequence",
      [
        { value: "sequence", label: "Answer", help: "One weight for every answer." },
        { value: "token", label: "Token", help: "One weight for every token." },
      ],
      { label: "Level", help: "What a weight belongs to.", source: "sum_over_time of the reference code" },
    ),
    iwTemperature: real(
      1,
      { min: 0, max: 10, step: 0.1 },
      {
        label: "Sharpness τ",
        help: "Factor on an answer's mean log-ratio; 0 is SFT.",
        symbol: "\\tau",
        source: "1 as called, 2 in the class",
      },
    ),
    iwMax: real(
      16,
      { min: 0.01, max: 1000, log: true },
      {
        label: "Largest weight",
        help: "Where an answer's weight is cut off.",
        symbol: "c",
        source: "16 in the reference code",
      },
    ),
    iwLow: real(
      0.2,
      { min: 0, max: 1, step: 0.05 },
      { label: "Token floor", help: "Smallest weight of a token.", source: "0.2" },
    ),
    iwHigh: real(
      1.8,
      { min: 1, max: 100, step: 0.05 },
      { label: "Token ceiling", help: "Largest weight of a token.", source: "1.8" },
    ),
    ...aggregationKnobs,
  },
  needs: () => ["reference"],
  charts: [
    {
      title: "Importance weight",
      sentence: "1 where the policy is still the reference; mean and largest over the expert's tokens.",
      series: [
        { metric: "token_weight/mean", label: "mean" },
        { metric: "token_weight/max", label: "largest" },
      ],
    },
  ],
  assign(scores, feeds, params) {
    const { rows, length, mask, refLogp } = feeds.demos;
    if (!refLogp && rows > 0) throw new FeedError("demos must carry refLogp for iw-sft, got none.");
    const held = scores.demos.frozen ?? scores.demos;
    const ratio = (i: number) => floorLogp(held.logp[i]!) - floorLogp(refLogp![i]!);
    const perRow = Array.from({ length: rows }, (_, b) => {
      let sum = 0;
      let count = 0;
      for (let i = b * length; i < (b + 1) * length; i++) {
        if (!mask[i]) continue;
        sum += ratio(i);
        count++;
      }
      return clamp(Math.exp((params.iwTemperature * sum) / Math.max(1, count)), 0, params.iwMax);
    });
    const perToken = (i: number) => clamp(Math.exp(ratio(i)), params.iwLow, params.iwHigh);
    const weightOf = params.iwLevel === "token" ? perToken : (i: number) => perRow[Math.floor(i / length)]!;
    return onDemos(supervise(scores.demos, feeds.demos, params, weighted(weightOf)));
  },
});
