import type { AnyValues } from "../../schema.ts";

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
