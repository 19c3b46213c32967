import type { ChartSpec } from "../objective.ts";

/** What preference objectives show beside the common charts. */
export const pairCharts: readonly ChartSpec[] = [
  {
    title: "Chosen against rejected",
    sentence:
      "β times the log-ratio to the reference; the margin is 0 by construction while the reference is the policy itself.",
    series: [
      { metric: "rewards/chosen", label: "chosen" },
      { metric: "rewards/rejected", label: "rejected" },
      { metric: "rewards/margins", label: "margin" },
    ],
  },
  {
    title: "Log-probabilities of pairs",
    sentence: "Whether the chosen answers become likelier, or only less unlikely than the rejected ones.",
    series: [
      { metric: "logps/chosen", label: "chosen" },
      { metric: "logps/rejected", label: "rejected" },
    ],
  },
  {
    title: "Pair yield",
    sentence: "Share of prompts that gave a pair, and share of pairs with a margin above 0.",
    series: [
      { metric: "pairs/valid_frac", label: "prompts with a pair" },
      { metric: "rewards/accuracies", label: "ordered rightly" },
    ],
    domain: [0, 1],
  },
];
