import { numberText } from "../../../controls/numberText.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { Term } from "../../../lab/objectives/objective.ts";
import { completed } from "../../../lab/objectives/terms/batch.ts";
import type { AnyValues } from "../../../lab/schema.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { chainOf, type Link } from "./tokenWords.ts";

/** What the account of a token reads beside its row. */
export interface ExplainContext {
  readonly algorithm: string;
  /** In force when the row was trained on. */
  readonly params: AnyValues;
  /** Tokens of the vocabulary. */
  readonly vocabSize: number;
  /** All rows shown of that step: the other answer of a pair is among them. */
  readonly rows: readonly TokenRow[];
  /** A metric of that step. */
  metric(name: string): number | undefined;
}

/** A token's account in words. */
interface Account {
  readonly links: readonly Link[];
  /** Their sum is the credit; none where the formula needs more than what is shown. */
  readonly terms: readonly { readonly symbols: string; readonly numbers: string }[];
}

/** The chain from probability to weight to credit, with this token's numbers in the algorithm's own formula. */
export function accountOf(
  row: TokenRow,
  at: number,
  { algorithm, params, vocabSize, rows, metric }: ExplainContext,
): Account {
  const { explain, views } = objectiveById(algorithm);
  const token = { row, at, params, partner: partnerOf(row, rows), vocabSize, metric };
  const { quantities = [], terms } = explain ? completed(explain(token), token) : { terms: [] };
  const links = quantities.map((quantity) => ({ ...quantity, value: short(quantity.value) }));
  return {
    links: [...chainOf(row, at, views), ...links],
    terms: terms.map(({ symbols, numbers }) => ({ symbols, numbers: textOf(numbers) })),
  };
}

/** The other answer of a pair, where it is shown: sides keep one order. */
export function partnerOf(row: TokenRow, rows: readonly TokenRow[]): TokenRow | undefined {
  const [feed, side] = row.feed.split("/");
  if (side === undefined) return undefined;
  const other = `${feed}/${side === "chosen" ? "rejected" : "chosen"}`;
  const index = rows.filter(({ feed: name }) => name === row.feed).indexOf(row);
  return rows.filter(({ feed: name }) => name === other)[index];
}

const short = (value: number) => numberText(value, 3);

function textOf(numbers: Term["numbers"]): string {
  return numbers.map((part) => (typeof part === "number" ? short(part) : part)).join("");
}
