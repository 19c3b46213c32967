import { grpo } from "../grpo.ts";
import type { ChartSpec } from "../objective.ts";

/** What a mix of expert and own samples shows beside the common charts; µ has its own. */
export const mixCharts: readonly ChartSpec[] = [
  {
    title: "Expert and own terms",
    sentence: "The expert's term and the term of own samples, each before the mix.",
    series: [
      { metric: "loss/sft", label: "expert" },
      { metric: "loss/grpo", label: "own samples" },
    ],
  },
  {
    title: "Expert tokens",
    sentence: "How likely the expert's tokens are, and how undecided the policy is about them.",
    series: [
      { metric: "expert/mean_p", label: "mean p" },
      { metric: "expert/mean_phi", label: "mean φ" },
    ],
    domain: [0, 1],
  },
  ...grpo.charts!,
];
