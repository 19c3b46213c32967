import { numberText } from "../../../controls/numberText.ts";
import { VIEWS } from "../../../lab/objectives/index.ts";
import type { View } from "../../../lab/objectives/objective.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { signed, strongestByWriter, writerOf } from "./tokenWords.ts";

/** How a cell is filled: blue for `up`, orange for `down`, a neutral hue for mere size. */
export interface Fill {
  readonly push: "up" | "down" | "level";
  /** Share of the full colour. */
  readonly strength: number;
}

/** Something that tokens can be coloured by. */
export interface Quantity {
  readonly id: string;
  readonly label: string;
  /** What the ends of the scale mean; `down` only where there are two. */
  readonly words: { readonly up: string; readonly down?: string };
  fill(value: number, full: number): Fill;
  /** The size that is drawn in full colour; rows' own where it is not given. */
  readonly full?: number;
  text(value: number): string;
  value(row: TokenRow, at: number): number;
}

const two =
  (centre: number, root = false) =>
  (value: number, full: number): Fill => {
    const size = Math.min(1, Math.abs(value - centre) / full);
    return { push: value >= centre ? "up" : "down", strength: full > 0 ? (root ? Math.sqrt(size) : size) : 0 };
  };
const level = (value: number, full: number): Fill => ({
  push: "level",
  strength: full > 0 ? Math.min(1, Math.max(0, value) / full) : 0,
});
const plain = (value: number) => numberText(value, 3);
const nats = (value: number) => `${plain(value)} nats`;

const FILLS: Readonly<Record<View["scale"], Quantity["fill"]>> = {
  signed: two(0),
  ratio: (value, full) => two(0)(Math.log(Math.max(value, 1e-9)), full),
  size: level,
};

function quantityOf(id: string, { label, ends, scale, full, unit, flag }: View): Quantity {
  const number = (value: number) => `${scale === "signed" ? signed(value) : plain(value)}${unit ? ` ${unit}` : ""}`;
  return {
    id,
    label,
    words: ends,
    fill: FILLS[scale],
    ...(full !== undefined && { full }),
    text: (value) => flag?.[value ? 1 : 0].cell ?? number(value),
    value: ({ views }, at) => views[id]?.[at] ?? Number.NaN,
  };
}

const CREDIT: Quantity = {
  id: "credit",
  label: "credit",
  words: { up: "made likelier", down: "made less likely" },
  fill: two(0, true),
  text: signed,
  value: ({ weight }, at) => weight[at]!,
};

const ALWAYS: readonly Quantity[] = [
  CREDIT,
  {
    id: "logp",
    label: "log-probability",
    words: { up: "surprising: 4 nats and more" },
    fill: (value, full) => level(-value, full),
    full: 4,
    text: nats,
    value: ({ logp }, at) => logp[at]!,
  },
  {
    id: "entropy",
    label: "entropy",
    words: { up: "uncertain: 1.5 nats and more" },
    fill: level,
    full: 1.5,
    text: nats,
    value: ({ entropy }, at) => entropy[at]!,
  },
];

/** What these rows can be coloured by, of what their objective has words for; a row without the quantity stays uncoloured. */
export function quantitiesOf(rows: readonly TokenRow[], views: Readonly<Record<string, View>> = VIEWS): Quantity[] {
  const there = new Set(rows.flatMap((row) => Object.keys(row.views)));
  const known = Object.entries(views).filter(([name]) => there.has(name));
  return [...ALWAYS, ...known.map(([name, view]) => quantityOf(name, view))];
}

/** The colour of every token of some rows by one quantity. */
export interface Colouring {
  readonly quantity: Quantity;
  /** In words, for the caption: the size in full colour. */
  readonly scale: string;
  of(row: TokenRow, at: number): Fill & { readonly text: string };
}

/** Credits are measured by writer, since writers differ by orders of magnitude; the rest by all rows together. */
export function colouringOf(quantity: Quantity, rows: readonly TokenRow[], demoStyle: string): Colouring {
  const byWriter = quantity.id === "credit" ? strongestByWriter(rows, demoStyle) : undefined;
  const full = quantity.full ?? largest(quantity, rows);
  const fullOf = (row: TokenRow) => byWriter?.get(writerOf(row, demoStyle)) ?? full;
  const text = (value: number) => (Number.isNaN(value) ? "none" : quantity.text(value));
  return {
    quantity,
    scale: byWriter
      ? [...byWriter].map(([writer, weight]) => `${writer} ${numberText(weight, 2)}`).join(" · ")
      : numberText(full, 2),
    of(row, at) {
      const value = quantity.value(row, at);
      const fill: Fill = Number.isNaN(value) ? { push: "level", strength: 0 } : quantity.fill(value, fullOf(row));
      return { ...fill, text: text(value) };
    },
  };
}

function largest(quantity: Quantity, rows: readonly TokenRow[]): number {
  const sizes = rows.flatMap((row) => row.tokens.map((_, at) => Math.abs(quantity.value(row, at))));
  return Math.max(0, ...sizes.filter(Number.isFinite));
}
