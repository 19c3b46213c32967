import { real } from "../schema.ts";
import { defineObjective } from "./objective.ts";
import { aggregationKnobs, overBatch, sumTex } from "./terms/batch.ts";
import { DEMO_VIEWS, explainSmoothed, onDemos, supervise, UNHINTED, weighted } from "./terms/supervised.ts";

/**
 * Supervised fine-tuning: L = −Σ c_t [(1 − ε) log π(y_t) + (ε / V) Σ_v log π(v)], c_t = 1/N by default.
 * Follows Trinity-RFT's sft_loss.py; label smoothing as torch's CrossEntropyLoss.
 */
export const sft = defineObjective({
  id: "sft",
  title: "SFT",
  family: "imitate",
  summary: "Copies the expert's answers token by token; the plain baseline that everything else is compared with.",
  paper: "Supervised fine-tuning by cross-entropy; label smoothing: Szegedy et al. 2015, arXiv 1512.00567",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_t \\Big[(1-\\varepsilon)\\log \\pi_\\theta(y_t) + \\frac{\\varepsilon}{V}\\sum_v \\log \\pi_\\theta(v)\\Big]",
  formulaOf: ({ labelSmoothing, aggregation }) => {
    const { sum, where } = sumTex(aggregation);
    const target =
      labelSmoothing > 0
        ? "\\Big[(1-\\varepsilon)\\log \\pi_\\theta(y_t) + \\frac{\\varepsilon}{V}\\sum_v \\log \\pi_\\theta(v)\\Big]"
        : "\\log \\pi_\\theta(y_t)";
    return [`\\mathcal{L} = -${sum} ${target}`, ...where];
  },
  feeds: ["demos"],
  defines: { demoStyle: UNHINTED },
  params: {
    labelSmoothing: real(
      0,
      { min: 0, max: 0.9, step: 0.01 },
      {
        label: "Label smoothing ε",
        help: "Share of the target that is spread evenly over the vocabulary.",
        symbol: "\\varepsilon",
        source: "Hugging Face LabelSmoother (0.1 where it is used)",
        live: true,
      },
    ),
    ...aggregationKnobs,
  },
  reads: ({ labelSmoothing }) => (labelSmoothing > 0 ? ["meanLogp"] : []),
  charts: [
    {
      title: "Demonstrations",
      sentence: "How likely the expert's tokens have become, and how uncertain the policy is on them.",
      series: [
        { metric: "expert/mean_p", label: "mean p" },
        { metric: "expert/entropy", label: "entropy on expert tokens" },
      ],
    },
  ],
  views: DEMO_VIEWS,
  explain: (token) =>
    overBatch(token, token.params, explainSmoothed(token.params), () => 1 - token.params.labelSmoothing),
  assign(scores, feeds, params) {
    const rule = weighted(() => 1);
    return onDemos(supervise(scores.demos, feeds.demos, params, rule));
  },
});
