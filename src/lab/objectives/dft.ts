import { initials, type Schema, type Values } from "../schema.ts";
import { defineObjective } from "./objective.ts";
import { type Aggregation, type AggregationValues, aggregationKnobs, overBatch, sumTex } from "./terms/batch.ts";
import { DEMO_VIEWS, onDemos, supervise, UNHINTED } from "./terms/supervised.ts";
import {
  explainWeight,
  ruleOf,
  TOKEN_WEIGHTS,
  type TokenWeightName,
  WEIGHT_DEFINES,
  type WeightKnob,
  type WeightValues,
  weightKnobs,
} from "./terms/tokenWeight.ts";

/** The knobs of every weight, at their defaults where an objective has no use for them. */
const valuesOf = (params: Values<Schema>): WeightValues & AggregationValues => ({
  ...initials({ ...weightKnobs, ...aggregationKnobs }),
  ...params,
});

/**
 * The supervised objectives that differ from SFT by a weight alone: L = −Σ c_t sg(w_t) log π(y_t), w from the table in
 * tokenWeight.ts. One row each.
 */
export function weightedSft(
  id: string,
  title: string,
  summary: string,
  paper: string,
  weight: TokenWeightName,
  isVariant = true,
) {
  const { formula, knobs, reads } = TOKEN_WEIGHTS[weight];
  const own: Schema = Object.fromEntries((knobs as readonly WeightKnob[]).map((knob) => [knob, weightKnobs[knob]]));
  return defineObjective({
    id,
    title,
    family: "imitate",
    isVariant,
    summary,
    paper,
    formula: `\\mathcal{L} = -\\frac{1}{N}\\sum_t w_t \\log \\pi_\\theta(y_t), \\quad w_t = ${formula}`,
    formulaOf: ({ aggregation }) => {
      const { sum, where } = sumTex(aggregation as Aggregation);
      return [`\\mathcal{L} = -${sum} w_t \\log \\pi_\\theta(y_t)`, `w_t = ${formula}`, ...where];
    },
    feeds: ["demos"],
    defines: { ...Object.fromEntries(knobs.map((knob) => [knob, WEIGHT_DEFINES[knob]])), demoStyle: UNHINTED },
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
    views: DEMO_VIEWS,
    explain(token) {
      const values = valuesOf(token.params);
      const push = (at: number) => explainWeight(weight, token, at, values);
      return overBatch(token, values, push(token.at), (at) => push(at).value);
    },
    assign(scores, feeds, params) {
      const values = valuesOf(params);
      const rule = ruleOf(weight, scores.demos, feeds.demos.mask, values);
      return onDemos(supervise(scores.demos, feeds.demos, values, rule));
    },
  });
}

export const dft = weightedSft(
  "dft",
  "DFT",
  "Weights each expert token by its own probability, so that unlikely ones do not dominate; CHORD's SFT-IS.",
  "Wu et al. 2025, arXiv 2508.05629; code followed: TRL dft_loss, Trinity-RFT sft_is",
  "is",
  false,
);
