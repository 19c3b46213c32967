import { numberText } from "../../../controls/numberText.ts";
import { VIEWS } from "../../../lab/objectives/index.ts";
import type { View } from "../../../lab/objectives/objective.ts";
import type { TokenRow } from "../../../lab/train/report.ts";

/** What a token looks like in its box, and what it is called aloud. */
export function tokenGlyph(token: string): string {
  if (token === "<eos>") return "end";
  return token === " " ? "\u00a0" : token;
}

export function tokenName(token: string): string {
  if (token === "<eos>") return "end of answer";
  return token === " " ? "space" : `“${token}”`;
}

export function signed(value: number): string {
  return value > 0 ? `+${numberText(value, 3)}` : numberText(value, 3);
}

/** What a weight does, in words beside its colour. */
export function verdictOf(weight: number): string {
  if (weight > 0) return "made likelier";
  return weight < 0 ? "made less likely" : "left alone";
}

const FEEDS: Readonly<Record<string, string>> = {
  rollouts: "own",
  "offlinePairs/chosen": "chosen",
  "offlinePairs/rejected": "rejected",
  "onlinePairs/chosen": "chosen",
  "onlinePairs/rejected": "rejected",
};

/** Who wrote a row; demonstrations carry the name of their style. */
export function writerOf(row: TokenRow, demoStyle: string): string {
  if (row.writer !== undefined) return row.writer;
  return row.feed === "demos" ? demoStyle : (FEEDS[row.feed] ?? row.feed);
}

/** The strongest push of each writer's tokens: what is drawn in full colour. Writers differ by orders of magnitude. */
export function strongestByWriter(rows: readonly TokenRow[], demoStyle: string): ReadonlyMap<string, number> {
  const strongest = new Map<string, number>();
  for (const row of rows) {
    const writer = writerOf(row, demoStyle);
    strongest.set(writer, Math.max(strongest.get(writer) ?? 0, ...row.weight.map(Math.abs)));
  }
  return strongest;
}

/** One line of a token's account. */
export interface Link {
  readonly symbol: string;
  /** What it is in symbols. */
  readonly formula?: string;
  readonly value: string;
  /** What it is in words. */
  readonly words?: string;
}

/** What the policy said of a token and what the algorithm made of it, each quantity with this token's number; the weight last. */
export function chainOf(row: TokenRow, at: number, views: Readonly<Record<string, View>> = VIEWS): Link[] {
  const links: Link[] = [
    { symbol: "p", value: numberText(Math.exp(row.logp[at]!), 3) },
    { symbol: "H", value: `${numberText(row.entropy[at]!, 3)} nats` },
  ];
  const known = Object.keys(views).filter((name) => name in row.views && name !== "weight");
  const others = Object.keys(row.views).filter((name) => !["p", "weight", ...known].includes(name));
  const last = "weight" in row.views ? ["weight"] : [];
  for (const name of [...others, ...known, ...last]) {
    const view = views[name] ?? { symbol: name };
    const value = row.views[name]![at]!;
    links.push({ ...pick(view), value: flagText(view, value) ?? numberText(value, 3) });
  }
  return links;
}

type Said = Pick<View, "symbol" | "formula" | "words" | "flag">;

const flagText = ({ flag }: Said, value: number) => flag?.[value ? 1 : 0].account;

function pick({ symbol, formula, words }: Said): Omit<Link, "value"> {
  return { symbol, ...(formula !== undefined && { formula }), ...(words !== undefined && { words }) };
}
