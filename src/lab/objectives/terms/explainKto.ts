import { sigmoid } from "../../statistics.ts";
import type { Explanation, TokenContext } from "../objective.ts";
import { written } from "./batch.ts";
import { PAIR_VIEWS } from "./pairs.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** KTO's answers are pushed each by itself, against the average drift z₀ from the reference. */
function explainKto({
  row,
  params,
  metric,
}: TokenContext<{
  readonly beta: number;
  readonly desirableWeight: number;
  readonly undesirableWeight: number;
}>): Explanation {
  const { log_ratio } = row.views;
  const z0 = metric("kl");
  if (!log_ratio || z0 === undefined || !row.batch) return { terms: [] };
  const isChosen = row.feed.endsWith("/chosen");
  const { beta } = params;
  const r = sum(log_ratio);
  const s = sigmoid((isChosen ? -1 : 1) * beta * (r - z0));
  const weight = isChosen ? params.desirableWeight : params.undesirableWeight;
  const n = 2 * row.batch.rows;
  const minus = isChosen ? "" : "−";
  return {
    quantities: [
      { symbol: "r", value: r, words: "Σ log-ratio to the reference" },
      { symbol: "z₀", value: z0, words: "the average drift" },
      { symbol: "s", formula: isChosen ? "σ(β(z₀ − r))" : "σ(β(r − z₀))", value: s },
    ],
    terms: [
      {
        symbols: `${minus}λ · β · s(1−s) / n`,
        numbers: written`${minus}${weight} × ${beta} × ${s * (1 - s)} / ${`${n}`}`,
        value: ((isChosen ? 1 : -1) * weight * beta * s * (1 - s)) / n,
      },
    ],
  };
}

/** What KTO says of its tokens. */
export const EXPLAINED_KTO = { views: PAIR_VIEWS, explain: explainKto };
