import { initials, type Schema } from "../../schema.ts";
import { defineObjective } from "../objective.ts";
import { type AggregationValues, aggregationKnobs } from "./aggregate.ts";
import { onDemos, supervise } from "./supervised.ts";
import {
  ruleOf,
  TOKEN_WEIGHTS,
  type TokenWeightName,
  type WeightKnob,
  type WeightValues,
  weightKnobs,
} from "./tokenWeight.ts";

/**
 * The supervised objectives that differ from SFT by a weight alone: L = −Σ c_t sg(w_t) log π(y_t), w from the table in
 * tokenWeight.ts. One row each.
 */
export function weightedSft(id: string, title: string, summary: string, paper: string, weight: TokenWeightName) {
  const { formula, knobs, reads } = TOKEN_WEIGHTS[weight];
  const own: Schema = Object.fromEntries((knobs as readonly WeightKnob[]).map((knob) => [knob, weightKnobs[knob]]));
  return defineObjective({
    id,
    title,
    family: "imitate",
    summary,
    paper,
    formula: `\\mathcal{L} = -\\frac{1}{N}\\sum_t w_t \\log \\pi_\\theta(y_t), \\quad w_t = ${formula}`,
    feeds: ["demos"],
    params: { ...own, ...aggregationKnobs } as Schema,
    reads: () => reads,
    charts: [
      {
        title: "Weighted and plain NLL",
        sentence: "A weighted loss can fall while the plain one rises: unlikely tokens are then given up.",
        series: [
          { metric: "loss", label: "weighted" },
          { metric: "nll", label: "plain" },
        ],
      },
    ],
    assign(scores, feeds, params) {
      const values = { ...initials(weightKnobs), ...params } as unknown as WeightValues & AggregationValues;
      const rule = ruleOf(weight, scores.demos, feeds.demos.mask, values);
      return onDemos(supervise(scores.demos, feeds.demos, values, rule));
    },
  });
}
