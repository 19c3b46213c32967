import { initials } from "../schema.ts";
import { defineObjective } from "./objective.ts";
import { aggregationKnobs, FeedError, factor, overBatch, present, scoredMean, unpushed } from "./terms/batch.ts";
import { advantageKnobs, CLIPPED_VIEWS, clipKnobs, policyGradient } from "./terms/policyGradient.ts";
import { DEMO_VIEWS, expertMetrics, UNHINTED, weightSpread } from "./terms/supervised.ts";

/**
 * Proximal SFT: PPO's clipped loss with advantage 1 on every expert token, L = −Σ c_t min(r, clip(r, 1−ε₋, 1+ε₊)),
 * r = π/π_old: a token stops being pushed once it is 1 + ε₊ times as likely as before the batch. Follows
 * compute_policy_loss of zwhong714/PSFT (clip 0.2 and 0.28, ratio clamped to exp(±20)). With one update per batch r = 1.
 */
export const psft = defineObjective({
  id: "psft",
  title: "PSFT",
  family: "imitate",
  isVariant: true,
  summary: "SFT with PPO's trust region: within one batch of demonstrations no token may move too far.",
  paper: "Zhu et al. 2025, arXiv 2508.17784; code followed: zwhong714/PSFT",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_t \\min\\!\\big(r_t,\\ \\operatorname{clip}(r_t, 1-\\epsilon_{-}, 1+\\epsilon_{+})\\big), \\quad r_t = \\frac{\\pi_\\theta(y_t)}{\\pi_{\\text{old}}(y_t)}",
  feeds: ["demos"],
  // With one update a batch the ratio is 1 and nothing is clipped: that is SFT.
  defines: {
    updatesPerBatch: {
      value: 4,
      unnamed: 1,
      within: ({ updatesPerBatch }) => Number(updatesPerBatch) > 1,
      otherwise: () => "one update a batch",
    },
    demoStyle: UNHINTED,
  },
  params: {
    clipLow: clipKnobs.clipLow,
    clipHigh: { ...clipKnobs.clipHigh, initial: 0.28, source: "0.28 in the authors' run_psft.sh" },
    ...aggregationKnobs,
  },
  needs: () => ["old"],
  charts: [
    {
      title: "Trust region",
      sentence: "Share of expert tokens that have moved too far within this batch to be pushed on.",
      series: [{ metric: "expert/clip_ratio", label: "clipped" }],
      domain: [0, 1],
    },
  ],
  views: { ...DEMO_VIEWS, ...CLIPPED_VIEWS },
  explain: (token) => {
    const { ratio, clipped } = token.row.views;
    const push = (at: number) => (clipped?.[at] ? unpushed("clipped") : factor("r", ratio?.[at] ?? 1));
    return overBatch(token, token.params, push(token.at), (at) => push(at).value);
  },
  assign(scores, feeds, params) {
    const { demos } = feeds;
    if (!demos.oldLogp && demos.rows > 0) throw new FeedError("demos must carry oldLogp for psft, got none.");
    const feed = { ...demos, rewards: undefined, advantages: new Float64Array(demos.rows).fill(1) };
    const pushed = policyGradient(scores.demos, feed, { ...initials(advantageKnobs), ...params, dualClip: 0 });
    const { loss, dLogp, views } = pushed;
    const metrics = present({
      ...expertMetrics(scores.demos, demos),
      loss,
      "expert/clip_ratio": pushed.metrics["clip_ratio/region_mean"],
      "expert/mean_ratio": scoredMean(views.ratio!, demos.mask),
      "token_weight/mean": pushed.metrics["token_weight/mean"],
      "token_weight/max": pushed.metrics["token_weight/max"],
      ...weightSpread(views.weight!, demos.mask),
    });
    return { loss, credit: { demos: { dLogp, views } }, metrics };
  },
});
