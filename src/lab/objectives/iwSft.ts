import { defineObjective } from "./objective.ts";
import { aggregationKnobs, clamp, FeedError, floorLogp, overBatch } from "./terms/batch.ts";
import { explainImportance, importanceKnobs, WEIGHTED } from "./terms/importanceKnobs.ts";
import { DEMO_VIEWS, onDemos, supervise, UNHINTED, weighted } from "./terms/supervised.ts";

/**
 * Importance-weighted SFT: L = −Σ c_t w log π(y_t), the weight of a whole answer w = min(exp(τ · mean_t(log π − log π_ref)), c),
 * or of a token clamp(π/π_ref, low, high); behind a stop-gradient. Follows bounding_trainers.py of emmyqin/iw_sft; its
 * broadcast works for one row a device, here every row has its own weight.
 */
export const iwSft = defineObjective({
  id: "iw-sft",
  title: "iw-SFT",
  family: "imitate",
  isVariant: true,
  summary:
    "Weights each demonstration by how much likelier the policy finds it than the reference does: a tighter bound on reward.",
  paper: "Qin and Springenberg 2025, arXiv 2507.12856; code followed: emmyqin/iw_sft",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_{i,t} w_i \\log \\pi_\\theta(y_{i,t}), \\quad w_i = \\min\\!\\Big(e^{\\tau\\, \\overline{\\log \\pi_\\theta - \\log \\pi_{\\text{ref}}}},\\ c\\Big)",
  feeds: ["demos"],
  defines: { iwTemperature: WEIGHTED, iwLow: WEIGHTED, demoStyle: UNHINTED },
  params: {
    ...importanceKnobs,
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
  views: DEMO_VIEWS,
  explain: (token) => {
    const push = (at: number) => explainImportance(token.params.iwLevel, token.row.views.weight?.[at] ?? 0);
    return overBatch(token, token.params, push(token.at), (at) => push(at).value);
  },
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
