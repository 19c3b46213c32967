import type { AggregationValues } from "./aggregate.ts";
import { type ExplainedRow, type Explanation, factor, type Term, type TokenContext, written } from "./explanation.ts";

/** A share of the whole loss that a part of a mix has. */
export interface Share {
  readonly symbols: string;
  readonly value: number;
}

/**
 * `push`, the factor of a token before the mean over the batch, as a term of the credit. `before` is the factor of any token of
 * the row: without the size of the batch, the divisor is what is left of the row's strongest push.
 */
export function overBatch(
  { row }: Pick<TokenContext, "row">,
  values: AggregationValues,
  push: Term,
  before: (at: number) => number,
  mix?: Share,
): Explanation {
  const part = mix?.value ?? 1;
  if (push.value === 0) return { terms: [push] };
  const mean = meanOf(row, values) ?? meanLeft(row, (at) => part * before(at));
  if (!mean) return { terms: [] };
  const [symbol, number] = mix ? [`${mix.symbols} · `, written`${mix.value} × `] : ["", []];
  return {
    terms: [
      {
        symbols: `${symbol}${push.symbols} / ${mean.symbols}`,
        numbers: written`${number}${push.numbers} / ${mean.numbers}`,
        value: (part * push.value) / mean.value,
      },
    ],
  };
}

/** By what a token's push is divided before it becomes its share of the loss; undefined where the batch is unknown. */
function meanOf({ batch, logp }: ExplainedRow, values: AggregationValues): Term | undefined {
  if (!batch) return undefined;
  const B = batch.rows;
  const norm = values.aggregationNorm || batch.length;
  switch (values.aggregation) {
    case "token-mean":
      return { symbols: "N", numbers: [`${batch.tokens}`], value: batch.tokens };
    case "sequence-mean-token-mean":
      return { symbols: "(B · T)", numbers: [`(${B} × ${logp.length})`], value: B * logp.length };
    case "sequence-mean-token-sum":
      return { symbols: "B", numbers: [`${B}`], value: B };
    case "sequence-mean-token-sum-norm":
      return { symbols: "L", numbers: [`${norm}`], value: norm };
    case "dr-grpo":
      return { symbols: "(B · L)", numbers: [`(${B} × ${norm})`], value: B * norm };
  }
}

function meanLeft({ weight }: ExplainedRow, before: (at: number) => number): Term | undefined {
  const sizes = weight.map(Math.abs);
  const at = sizes.indexOf(Math.max(...sizes));
  const push = before(at);
  if (!(sizes[at]! > 0) || !push) return undefined;
  const divisor = push / weight[at]!;
  return { symbols: "N", numbers: [`about ${Math.round(divisor)}`], value: divisor };
}

/** Parts of a credit smaller than this are rounding; recordings keep three digits. */
const ROUNDING = { live: 1e-4, recorded: 0.02 };

/** An explanation with what its terms leave of the credit as a last one. */
export function completed(
  { quantities, terms, rest }: Explanation,
  { row, at }: Pick<TokenContext, "row" | "at">,
): Explanation {
  if (terms.length === 0) return { ...(quantities && { quantities }), terms };
  const credit = row.weight[at]!;
  const left = credit - terms.reduce((total, { value }) => total + value, 0);
  const size = Math.max(Math.abs(credit), ...terms.map(({ value }) => Math.abs(value)));
  const isWhole = Math.abs(left) <= size * (row.batch ? ROUNDING.live : ROUNDING.recorded);
  const last = isWhole ? [] : [factor(rest ?? "from other terms", left)];
  return { ...(quantities && { quantities }), terms: [...terms, ...last] };
}
