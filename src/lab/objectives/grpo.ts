import { defineObjective } from "./objective.ts";
import { aggregationKnobs, sumTex } from "./terms/batch.ts";
import {
  ADVANTAGE_TEX,
  advantageKnobs,
  CLIPPED_VIEWS,
  clipKnobs,
  explainOwn,
  policyGradient,
  regularise,
  regulariserKnobs,
} from "./terms/policyGradient.ts";

/**
 * Group relative policy optimisation. L = −Σ c_t min(r_t A, clip(r_t) A) + β_KL KL − β_H H, A standardised within the
 * answers to one prompt. Follows Trinity-RFT (grpo_advantage.py, ppo_policy_loss.py, dp_actor.py); TRL's names for
 * metrics. Defaults are CHORD's: token mean, no KL, no bonus.
 */
export const grpo = defineObjective({
  id: "grpo",
  title: "GRPO",
  family: "reinforce",
  summary: "Samples several answers to each prompt and makes those that beat their group's mean reward likelier.",
  paper: "Shao et al. 2024, DeepSeekMath, arXiv 2402.03300; code followed: Trinity-RFT",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_{i,t} \\min\\!\\big(r_{i,t} A_i,\\ \\operatorname{clip}(r_{i,t}, 1-\\epsilon_{-}, 1+\\epsilon_{+}) A_i\\big) + \\beta_{\\text{KL}}\\, D_{\\text{KL}} - \\beta_H H, \\quad A_i = \\frac{R_i - \\overline{R}}{\\operatorname{std} R + \\epsilon_A}",
  formulaOf: (params) => {
    const { sum, where } = sumTex(params.aggregation, "i,t");
    const kl = params.klCoef > 0 ? ["{} + \\beta_{\\text{KL}}\\, D_{\\text{KL}}"] : [];
    const bonus = params.entropyCoef > 0 ? ["{} - \\beta_H H"] : [];
    const gain =
      "\\min\\!\\big(r_{i,t} A_i,\\ \\operatorname{clip}(r_{i,t}, 1-\\epsilon_{-}, 1+\\epsilon_{+}) A_i\\big)";
    return [`\\mathcal{L} = -${sum} ${gain}`, ...kl, ...bonus, `A_i = ${ADVANTAGE_TEX[params.advantageStd]}`, ...where];
  },
  feeds: ["rollouts"],
  params: { ...clipKnobs, ...regulariserKnobs, ...advantageKnobs, ...aggregationKnobs },
  needs: ({ klCoef }) => (klCoef > 0 ? ["old", "reference"] : ["old"]),
  reads: ({ entropyCoef }) => (entropyCoef > 0 ? ["entropy"] : []),
  charts: [
    {
      title: "Clipped tokens",
      sentence: "Share of own tokens that moved so far in one batch that they are no longer pushed.",
      series: [
        { metric: "clip_ratio/low_mean", label: "pushed down" },
        { metric: "clip_ratio/high_mean", label: "pushed up" },
      ],
      domain: [0, 1],
    },
    {
      title: "Groups without a signal",
      sentence: "Share of prompts whose answers all earned the same: they teach nothing.",
      series: [{ metric: "frac_reward_zero_std", label: "groups without spread" }],
      domain: [0, 1],
    },
    {
      title: "Distance to the reference",
      sentence: "KL to the reference on own samples, where a reference is held.",
      series: [{ metric: "kl", label: "KL" }],
    },
  ],
  views: CLIPPED_VIEWS,
  explain: (token) => explainOwn(token, token.params),
  assign(scores, feeds, params) {
    const { loss: policyLoss, scale, dLogp, metrics, views } = policyGradient(scores.rollouts, feeds.rollouts, params);
    const extra = regularise(scores.rollouts, feeds.rollouts, params, scale, dLogp);
    const loss = policyLoss + extra.loss;
    return {
      loss,
      credit: { rollouts: { dLogp, dEntropy: extra.dEntropy, views } },
      metrics: { loss, ...metrics, ...extra.metrics },
    };
  },
});
