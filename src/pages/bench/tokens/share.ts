import { numberText } from "../../../controls/numberText.ts";
import type { AggregationValues } from "../../../lab/objectives/terms/aggregate.ts";
import type { TokenRow } from "../../../lab/train/report.ts";

/** A factor or a sum of an account: in symbols, in this token's numbers, and what they come to. */
export interface Term {
  readonly symbols: string;
  readonly numbers: string;
  readonly value: number;
}

export const short = (value: number) => numberText(value, 3);

/** By what a token's push is divided before it becomes its share of the loss; undefined where the batch is unknown. */
export function shareOf({ batch, tokens }: TokenRow, values: AggregationValues): Term | undefined {
  if (!batch) return undefined;
  const B = batch.rows;
  const length = tokens.length;
  const norm = values.aggregationNorm || batch.length;
  switch (values.aggregation) {
    case "token-mean":
      return over("N", `${batch.tokens}`, batch.tokens);
    case "sequence-mean-token-mean":
      return over("(B · T)", `(${B} × ${length})`, B * length);
    case "sequence-mean-token-sum":
      return over("B", `${B}`, B);
    case "sequence-mean-token-sum-norm":
      return over("L", `${norm}`, norm);
    case "dr-grpo":
      return over("(B · L)", `(${B} × ${norm})`, B * norm);
  }
}

const over = (symbols: string, numbers: string, divisor: number): Term => ({ symbols, numbers, value: 1 / divisor });

/** The share where the row does not say what batch it stood in: what is left of its strongest push. */
export function shareFrom(row: TokenRow, before: (at: number) => number): Term | undefined {
  const sizes = row.weight.map(Math.abs);
  const at = sizes.indexOf(Math.max(...sizes));
  const push = before(at);
  if (!(sizes[at]! > 0) || !push) return undefined;
  const divisor = push / row.weight[at]!;
  return { symbols: "N", numbers: `about ${Math.round(divisor)}`, value: 1 / divisor };
}
