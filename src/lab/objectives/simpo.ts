import { choice, real } from "../schema.ts";
import { defineObjective } from "./objective.ts";
import { explainMargin, hinge, logistic, pairLossKnobs } from "./terms/pairLosses.ts";
import {
  besidePairsTex,
  explainPair,
  overPairs,
  PAIR_VIEWS,
  pairCharts,
  pairKnobs,
  reductionKnob,
} from "./terms/pairs.ts";

/**
 * SimPO: L = −log σ(β (mean log π(y_c) − mean log π(y_r)) − γ), without a reference. Follows princeton-nlp/SimPO
 * (simpo_trainer.py): its gamma_beta_ratio is γ/β, its sft_weight the NLL term here.
 */
export const simpo = defineObjective({
  id: "simpo",
  title: "SimPO",
  family: "prefer",
  isVariant: true,
  summary: "Prefers the answer that is likelier per token, by a margin, and needs no reference policy.",
  paper: "Meng et al. 2024, arXiv 2405.14734; code followed: princeton-nlp/SimPO",
  formula:
    "\\mathcal{L} = -\\mathbb{E}\\,\\log\\sigma\\!\\Big(\\frac{\\beta}{|y_c|}\\log\\pi_\\theta(y_c) - \\frac{\\beta}{|y_r|}\\log\\pi_\\theta(y_r) - \\gamma\\Big)",
  formulaOf: ({ lossType, labelSmoothing: e, ...others }) => [
    `\\mathcal{L} = \\mathbb{E}\\,${lossType === "hinge" ? "\\max(0,\\ 1 - x)" : e > 0 ? "\\big[-(1-\\varepsilon)\\log\\sigma(x) - \\varepsilon\\log\\sigma(-x)\\big]" : "\\big[-\\log\\sigma(x)\\big]"}`,
    "x = \\frac{\\beta}{|y_c|}\\log\\pi_\\theta(y_c) - \\frac{\\beta}{|y_r|}\\log\\pi_\\theta(y_r) - \\gamma",
    ...besidePairsTex(others),
  ],
  feeds: ["offlinePairs"],
  defines: { lossType: { stays: true, otherwise: () => "Hinge loss" } },
  params: {
    beta: { ...pairLossKnobs.beta, initial: 2, source: "2.0 to 10 in the released runs" },
    gamma: real(
      0.5,
      { min: 0, max: 20, step: 0.05 },
      {
        label: "Margin γ",
        help: "By how much the chosen answer's reward must be ahead.",
        symbol: "\\gamma",
        source: "gamma_beta_ratio 0.25 at β = 2",
        live: true,
      },
    ),
    lossType: choice(
      "sigmoid",
      [
        { value: "sigmoid", label: "Logistic", help: "−log σ of the margin." },
        { value: "hinge", label: "Hinge", help: "max(0, 1 − margin)." },
      ],
      { label: "Loss", help: "How a pair's margin becomes a loss.", source: "SimPO loss_type" },
    ),
    labelSmoothing: pairLossKnobs.labelSmoothing,
    ...pairKnobs,
    reduction: reductionKnob,
  },
  spellings: { gammaBetaRatio: { knob: "gamma", times: "beta" } },
  reads: ({ entropyCoef }) => (entropyCoef > 0 ? ["entropy"] : []),
  charts: pairCharts,
  views: PAIR_VIEWS,
  explain: (token) =>
    explainPair(token, (c, r, isChosen) => {
      const { beta, gamma, lossType, labelSmoothing: e } = token.params;
      const x = (beta * c.logp) / c.length - (beta * r.logp) / r.length - gamma;
      const quantities = [{ symbol: "x", value: x, words: "β mean log p, chosen − rejected, − γ" }];
      return { quantities, push: explainMargin(lossType, isChosen, beta, isChosen ? c.length : r.length, x, e) };
    }),
  assign(scores, feeds, params) {
    const { beta, gamma, lossType, labelSmoothing } = params;
    const { loss, credit, metrics } = overPairs(scores.offlinePairs, feeds.offlinePairs, params, (c, r) => {
      const rewardChosen = (beta * c.logp) / c.length;
      const rewardRejected = (beta * r.logp) / r.length;
      const x = rewardChosen - rewardRejected - gamma;
      const [value, slope] = lossType === "hinge" ? hinge(x) : logistic(x, labelSmoothing);
      const dChosen = (beta * slope) / c.length;
      return { loss: value, dChosen, dRejected: (-beta * slope) / r.length, rewardChosen, rewardRejected };
    });
    return { loss, credit: { offlinePairs: credit }, metrics };
  },
});
