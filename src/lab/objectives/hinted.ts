import { choice } from "../schema.ts";
import { HINTS } from "../settings.ts";
import { idft } from "./idft.ts";
import { defineObjective } from "./objective.ts";
import { sft } from "./sft.ts";
import { GAMMA_DEFINES, GAMMA_VIEWS } from "./terms/tokenWeight.ts";

const GATE_TEX = {
  linear: "\\operatorname{clamp}\\!\\Big(\\beta_\\lambda \\frac{H(p)}{\\ln V},\\ 0,\\ 1\\Big)",
  sigmoid: "\\sigma\\!\\Big(\\beta_\\lambda \\Big(\\frac{H(p)}{\\ln V} - \\frac12\\Big)\\Big)",
  piecewise: "\\operatorname{clamp}\\!\\Big(\\frac{H(p)/\\ln V - 0.3}{0.4},\\ 0,\\ 1\\Big)",
} as const;

/**
 * Hinted Decoding, then SFT or IDFT on what it wrote: m(y) ∝ p(y)^{1−λ} q(y)^{λ}, λ = clamp(β_λ H(p)/ln V, 0, 1), p the
 * policy with the answer shown, q without. On-Policy SFT, arXiv 2602.12222; follows `hinted_generate` of the
 * authors' repository. The data are made in feeds/hinted.ts before the first update; the loss is that of {@link sft} or {@link idft}.
 */
export const hinted = defineObjective({
  id: "hinted",
  title: "Hinted Decoding",
  family: "imitate",
  summary:
    "Lets the policy write its own demonstrations: right answers as they come, failures again with the solution shown.",
  paper: "Zhang et al. 2026, On-Policy SFT, arXiv 2602.12222; code followed: Towards-On-Policy-SFT",
  formula:
    "m(y) \\propto p(y)^{1-\\lambda}\\, q(y)^{\\lambda}, \\quad \\lambda = \\operatorname{clamp}\\!\\Big(\\beta_\\lambda \\frac{H(p)}{\\ln V},\\ 0,\\ 1\\Big)",
  formulaOf: (params) => [
    "m(y) \\propto p(y)^{1-\\lambda}\\, q(y)^{\\lambda}",
    `\\lambda = ${GATE_TEX[params.gate]}`,
    ...(params.hintedLoss === "idft" ? idft.formulaOf!(params) : sft.formulaOf!({ ...params, labelSmoothing: 0 })),
  ],
  feeds: ["demos"],
  demoStyle: "hinted",
  defines: { hintedLoss: { stays: true, otherwise: () => "then IDFT" }, ...GAMMA_DEFINES },
  params: {
    hintedLoss: choice<"sft" | "idft">(
      "sft",
      [
        { value: "sft", label: "SFT", help: "Every token counts the same." },
        { value: "idft", label: "IDFT", help: "Tokens that do not fit the policy are held back." },
      ],
      {
        label: "Loss",
        help: "What learns from the written demonstrations.",
        source: "HD+SFT and HD+IDFT of the paper",
      },
    ),
    ...HINTS,
    ...idft.params,
  },
  reads: ({ hintedLoss }) => (hintedLoss === "idft" ? ["entropy"] : []),
  charts: [
    {
      title: "Where the demonstrations come from",
      sentence: "Shares of the problems: right at once, right with the hint, dropped.",
      series: [
        { metric: "hinted/own_frac", label: "own" },
        { metric: "hinted/hinted_frac", label: "hinted" },
        { metric: "hinted/dropped_frac", label: "dropped" },
      ],
      domain: [0, 1],
    },
    {
      title: "CLL of the demonstrations",
      sentence: "0 is the mean of what the policy itself would write.",
      series: [{ metric: "cll/demos/mean", label: "mean" }],
    },
  ],
  views: GAMMA_VIEWS,
  explain: (token) =>
    token.params.hintedLoss === "idft"
      ? idft.explain!(token)
      : sft.explain!({ ...token, params: { ...token.params, labelSmoothing: 0 } }),
  assign(scores, feeds, params, clock) {
    return params.hintedLoss === "sft"
      ? sft.assign(scores, feeds, { ...params, labelSmoothing: 0 }, clock)
      : idft.assign(scores, feeds, params, clock);
  },
});
