import type { MetricName } from "../../lab/metrics.ts";
import type { FullColumn } from "../series/line.ts";
import { type Trend, trendOf } from "./trend.ts";

/** One line's measurements, and what it is called in a sentence. */
interface Measured {
  readonly metric: MetricName;
  readonly noun: string;
  readonly column: FullColumn;
}

/** What the settings of a run make so before anything is measured. */
export interface Facts {
  /** The reference is the policy itself whenever pairs are scored. */
  readonly referenceFollows: boolean;
}

/** What a sentence under a chart is worked out from. */
export interface ChartData {
  readonly series: readonly Measured[];
  readonly facts: Facts;
  /** Range of the quantity where it has one. */
  readonly range?: readonly [number, number] | undefined;
  /** Letters that there is room for: what comes first is said in any case. */
  readonly room: number;
  /** A value as it is written. */
  text(value: number): string;
}

/** One sentence about what the data show; undefined where they show nothing that can be said. A pure function. */
export type Sentence = (data: ChartData) => string | undefined;

/** How the first series moved, and the next ones as far as there is room. */
export const movement: Sentence = ({ series, range, room, text }) => {
  const parts = series.flatMap(({ noun, column }) => {
    const trend = trendOf(column, range);
    return trend ? [clause(noun, trend, text)] : [];
  });
  return joined(parts, room);
};

/** The clauses that fit into one sentence; the first one always. */
export function joined(parts: readonly string[], room: number): string | undefined {
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  let whole = first;
  for (const part of rest) if (whole.length + part.length + 3 <= room) whole += `; ${part}`;
  return `${capital(whole)}.`;
}

/**
 * What a trend says in words, without a capital and without a full stop. A change that is not seen in the numbers as they are
 * written is none.
 */
export function clause(noun: string, trend: Trend, text: ChartData["text"]): string {
  const { from, to, turn, low, high, count, window } = trend;
  const by = window > 1 ? ` (${window}-step means)` : "";
  const moves = turn ? [from, turn, to] : [from, to];
  const unseen = moves.some(({ value }, i) => i > 0 && text(value) === text(moves[i - 1]!.value));
  const kind = unseen && trend.kind !== "few" && trend.kind !== "constant" ? "steady" : trend.kind;
  switch (kind) {
    case "few":
      return count === 1
        ? `${noun} was ${text(to.value)} at step ${to.step}`
        : `${noun} was ${text(from.value)} at step ${from.step} and ${text(to.value)} at step ${to.step}`;
    case "constant":
      return `${noun} has been ${text(to.value)} all along`;
    case "steady":
      return text(low) === text(high)
        ? `${noun} stayed at ${text(low)}`
        : `${noun} stayed between ${text(low)} and ${text(high)}`;
    case "rise":
      return `${noun} rose from ${text(from.value)} to ${text(to.value)}${by}`;
    case "fall":
      return `${noun} fell from ${text(from.value)} to ${text(to.value)}${by}`;
    case "dip":
      return `${noun} fell to ${text(turn!.value)} at step ${turn!.step}, then rose to ${text(to.value)}${by}`;
    case "peak":
      return `${noun} rose to ${text(turn!.value)} at step ${turn!.step}, then fell to ${text(to.value)}${by}`;
  }
}

/** With a capital, unless it begins with a Greek letter, whose capital reads as another one. */
function capital(words: string): string {
  return words.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
