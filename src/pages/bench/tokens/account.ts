import type { AggregationValues } from "../../../lab/objectives/terms/aggregate.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import type { AccountContext } from "./accountContext.ts";
import { pairAccount } from "./pairAccount.ts";
import { shareFrom, shareOf, short, type Term } from "./share.ts";
import { chainOf, type Link } from "./tokenWords.ts";
import { demoWeight } from "./weightWords.ts";

export interface Account {
  readonly links: readonly Link[];
  /** Their sum is the credit; undefined where the formula needs more than what is shown. */
  readonly terms: readonly Term[] | undefined;
}

/** The chain from probability to weight to credit, with this token's numbers in the algorithm's own formula. */
export function accountOf(row: TokenRow, at: number, context: AccountContext): Account {
  const links = chainOf(row, at);
  if (row.feed === "demos") {
    const { link, term } = demoTerm(row, at, context);
    return { links: link ? [...links, link] : links, terms: whole(row, at, term) };
  }
  if (row.feed === "rollouts") return ownAccount(row, at, context, links);
  const pair = pairAccount(row, context);
  return { links: [...links, ...(pair?.links ?? [])], terms: pair && whole(row, at, ...pair.terms) };
}

function demoTerm(row: TokenRow, at: number, { algorithm, params, metric }: AccountContext) {
  const w = demoWeight(algorithm, params, row, at);
  const values = { ...params, ...("expertAggregation" in params && { aggregation: params.expertAggregation }) };
  const mixes = algorithm.startsWith("chord");
  const mu = mixes ? metric("mu") : 1;
  const share =
    shareOf(row, values as unknown as AggregationValues) ??
    (mu === undefined ? undefined : shareFrom(row, (other) => mu * demoWeight(algorithm, params, row, other).value));
  const link = mixes && mu !== undefined ? { symbol: "µ", value: short(mu), words: "the expert's share" } : undefined;
  const weightless = w.symbols.startsWith("0") || row.weight[at] === 0;
  if (weightless && w.value === 0) return { link, term: { symbols: w.symbols, numbers: "0", value: 0 } };
  if (!share || mu === undefined) return { link, term: undefined };
  const [mixSymbol, mixNumber] = mixes ? ["µ · ", `${short(mu)} × `] : ["", ""];
  return {
    link,
    term: {
      symbols: `${mixSymbol}${w.symbols} / ${share.symbols}`,
      numbers: `${mixNumber}${w.numbers} / ${share.numbers}`,
      value: mu * w.value * share.value,
    },
  };
}

function ownAccount(row: TokenRow, at: number, context: AccountContext, links: readonly Link[]): Account {
  const { algorithm, params, metric } = context;
  const advantage = row.views.advantage?.[at];
  if (advantage === undefined) return { links, terms: undefined };
  const ratio = row.views.ratio?.[at] ?? 1;
  const isClipped = row.views.clipped?.[at] === 1;
  const mixes = algorithm.startsWith("chord");
  const mu = mixes ? metric("mu") : 0;
  const alpha = algorithm === "dpo-grpo" ? Number(params.alpha) : 1;
  const factor = mixes && mu !== undefined ? 1 - mu : alpha;
  const share =
    shareOf(row, params as unknown as AggregationValues) ??
    shareFrom(row, (other) => factor * (row.views.weight?.[other] ?? 0));
  const mixed =
    mixes && mu !== undefined ? [{ symbol: "1 − µ", value: short(factor), words: "own samples' share" }] : [];
  const all = [...links, ...mixed];
  if (!share || mu === undefined) return { links: all, terms: undefined };
  const [before, number] = mixes
    ? ["(1−µ) · ", `${short(factor)} × `]
    : algorithm === "dpo-grpo"
      ? ["α · ", `${short(alpha)} × `]
      : ["", ""];
  const main: Term = isClipped
    ? { symbols: "0, clipped", numbers: "0", value: 0 }
    : {
        symbols: `${before}r · A / ${share.symbols}`,
        numbers: `${number}${short(ratio)} × ${short(advantage)} / ${share.numbers}`,
        value: factor * ratio * advantage * share.value,
      };
  const rest = algorithm === "dpo-grpo" ? "from all its pairs" : "from the KL term";
  return { links: all, terms: whole(row, at, main, rest) };
}

/** Parts of the credit smaller than this are rounding; recordings keep three digits. */
const ROUNDING = { live: 1e-4, recorded: 0.02 };

/** The terms, with what they leave of the credit as a last one. */
function whole(row: TokenRow, at: number, ...given: (Term | string | undefined)[]): Term[] | undefined {
  const name = given.find((part) => typeof part === "string") ?? "from other terms";
  const terms = given.filter((part): part is Term => typeof part === "object");
  if (terms.length === 0) return undefined;
  const credit = row.weight[at]!;
  const rest = credit - terms.reduce((total, { value }) => total + value, 0);
  const size = Math.max(Math.abs(credit), ...terms.map(({ value }) => Math.abs(value)));
  if (Math.abs(rest) <= size * (row.batch ? ROUNDING.live : ROUNDING.recorded)) return terms;
  return [...terms, { symbols: name, numbers: short(rest), value: rest }];
}
