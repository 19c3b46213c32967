import type { AnyValues } from "../../schema.ts";
import type { AggregationValues } from "./aggregate.ts";

/** Text and numbers in turn, e.g. `[0.1, " × ", 0.25, " / 18"]`: whoever shows it writes the numbers. */
export type Written = readonly (string | number)[];

/** A factor or a summand of a credit: in symbols, in one token's numbers, and what they come to. */
export interface Term {
  readonly symbols: string;
  readonly numbers: Written;
  readonly value: number;
}

/** A quantity on the way to a credit. */
export interface Quantity {
  readonly symbol: string;
  /** What it is in symbols. */
  readonly formula?: string;
  readonly value: number;
  /** What it is in words. */
  readonly words?: string;
}

/** How an objective comes to the credit of one token. */
export interface Explanation {
  readonly quantities?: readonly Quantity[];
  /** Their sum is the credit −∂L/∂log π(y). */
  readonly terms: readonly Term[];
  /** What the rest of the credit comes from, where the terms cannot be all: "from the KL term". */
  readonly rest?: string | undefined;
}

/** One sequence as it was trained: every number of its scored tokens, in order. */
export interface ExplainedRow {
  /** `demos`, `rollouts`, `onlinePairs/chosen`, … */
  readonly feed: string;
  readonly logp: readonly number[]; // [t] nats
  readonly entropy: readonly number[]; // [t] nats
  /** The credit −∂L/∂log π(y). */
  readonly weight: readonly number[]; // [t]
  readonly views: Readonly<Record<string, readonly number[]>>;
  /** The batch that it stood in: rows B, scored tokens N, padded length T; absent in old recordings. */
  readonly batch?: { readonly rows: number; readonly tokens: number; readonly length: number };
}

/** The token that is explained, and what may be read for it. */
export interface TokenContext<P = AnyValues> {
  readonly row: ExplainedRow;
  /** Its place among the row's scored tokens. */
  readonly at: number;
  /** In force when it was trained on. */
  readonly params: P;
  /** The other answer of a pair. */
  readonly partner?: ExplainedRow | undefined;
  readonly vocabSize: number;
  /** A metric of that step. */
  metric(name: string): number | undefined;
}

/** Text and numbers from a template; a factor's numbers may stand in it. */
export function written(texts: TemplateStringsArray, ...values: readonly (number | string | Written)[]): Written {
  return texts.flatMap((text, i): Written => {
    const value = values[i];
    const before = text === "" ? [] : [text];
    if (value === undefined) return before;
    return typeof value === "object" ? [...before, ...value] : [...before, value];
  });
}

/** A factor that is one number. */
export function factor(symbols: string, value: number): Term {
  return { symbols, numbers: [value], value };
}

/** A token that is not pushed, and why. */
export function unpushed(why: string): Term {
  return { symbols: `0, ${why}`, numbers: ["0"], value: 0 };
}

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
