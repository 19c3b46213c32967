import { quantileSorted } from "d3-array";
import type { FullColumn } from "../series/line.ts";

/** A measurement, or the mean of several next to one another with the step in their middle. */
interface Level {
  readonly step: number;
  readonly value: number;
}

/**
 * How a series of measurements moved:
 * few: fewer than five, of which nothing but the ends can be said; constant: all the same; steady: no change that stands out of
 * the noise; rise, fall: from the first to the last; peak, dip: up and down again, down and up again, with the turn between.
 */
export interface Trend {
  readonly kind: "few" | "constant" | "steady" | "rise" | "fall" | "peak" | "dip";
  readonly from: Level;
  readonly to: Level;
  /** Of a peak or a dip. */
  readonly turn?: Level;
  readonly low: number;
  readonly high: number;
  /** Measurements. */
  readonly count: number;
  /** `from` and `to` are means of so many measurements; 1: they are measurements themselves. */
  readonly window: number;
}

/** Fewer measurements give no idea of their noise. */
const FEW = 5;
/** Standard errors that a change must reach, and that a turn must reach, which is picked out of many. */
const SURE = 3;
const SURE_TURN = 4;
/** A smaller part of the largest value, or of the quantity's range, is no change worth a word. */
const LEAST_PART = 0.02;
const LEAST_SHARE = 0.05;
const WIDEST = 10;

const known = new WeakMap<FullColumn, Trend | undefined>();

/**
 * The trend of a column's finite values; undefined where there is none. The noise is estimated from the differences between
 * neighbours, by their median so that a single jump is no noise.
 * @param range of the quantity where it has one.
 */
export function trendOf(column: FullColumn, range?: readonly [number, number]): Trend | undefined {
  if (known.has(column)) return known.get(column);
  const found = measure(finite(column), range);
  known.set(column, found);
  return found;
}

/** The part of a column from a step on. */
export function columnFrom({ steps, values, length }: FullColumn, step: number): FullColumn {
  let from = 0;
  while (from < length && steps[from]! < step) from++;
  return { steps: steps.subarray(from, length), values: values.subarray(from, length), length: length - from };
}

/** The finite values of a column with their steps; views of the same numbers where all of them are. */
function finite({ steps, values, length }: FullColumn): FullColumn {
  let count = 0;
  for (let i = 0; i < length; i++) if (Number.isFinite(values[i]!)) count++;
  if (count === length) return { steps, values, length };
  const [kept, at] = [new Float64Array(count), new Float64Array(count)];
  let next = 0;
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(values[i]!)) continue;
    kept[next] = values[i]!;
    at[next++] = steps[i]!;
  }
  return { steps: at, values: kept, length: count };
}

function measure(column: FullColumn, range?: readonly [number, number]): Trend | undefined {
  const { length: count } = column;
  if (count === 0) return undefined;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    low = Math.min(low, column.values[i]!);
    high = Math.max(high, column.values[i]!);
  }
  const ends = { from: level(column, 0, 1), to: level(column, count - 1, 1) };
  const base = { ...ends, low, high, count, window: 1 };
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= size * 1e-9) return { ...base, kind: count < 2 ? "few" : "constant" };
  if (count < FEW) return { ...base, kind: "few" };
  const least = range ? LEAST_SHARE * (range[1] - range[0]) : LEAST_PART * size;
  const noise = noiseOf(column);
  const stands = (change: number, window: number, sure = SURE) =>
    Math.abs(change) > Math.max(least, sure * noise * Math.sqrt(2 / window));

  const window = Math.min(WIDEST, Math.max(1, Math.floor(count / 10)));
  const means = { from: level(column, 0, window), to: level(column, count - window, window), window };
  const turn = turnOf(column, window, means, (change) => stands(change, window, SURE_TURN));
  const change = ends.to.value - ends.from.value;
  const meanChange = means.to.value - means.from.value;
  const bySingle = stands(change, 1) && Math.sign(change) === Math.sign(meanChange);
  const said = bySingle || turn ? base : { ...base, ...means };
  if (turn) return { ...base, ...(window > 1 && means), kind: turn.value > means.from.value ? "peak" : "dip", turn };
  if (bySingle || stands(meanChange, window)) return { ...said, kind: meanChange > 0 ? "rise" : "fall" };
  return { ...base, kind: "steady" };
}

/** The highest or the lowest mean of a window that stands out beyond both ends to the same side. */
function turnOf(
  column: FullColumn,
  window: number,
  { from, to }: Pick<Trend, "from" | "to">,
  stands: (change: number) => boolean,
): Level | undefined {
  const last = column.length - window;
  let [lowest, highest] = [0, 0];
  let sum = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < column.length; i++) {
    sum += column.values[i]!;
    if (i >= window) sum -= column.values[i - window]!;
    const start = i - window + 1;
    if (start < 0) continue;
    if (sum < least) [least, lowest] = [sum, start];
    if (sum > most) [most, highest] = [sum, start];
  }
  const beyond = (at: number, sign: 1 | -1) => {
    if (at === 0 || at === last) return undefined;
    const found = level(column, at, window);
    const clear = [from, to].every(({ value }) => sign * (found.value - value) > 0 && stands(found.value - value));
    return clear ? found : undefined;
  };
  return beyond(lowest, -1) ?? beyond(highest, 1);
}

/** The mean of so many values from one on, at the step in their middle. */
function level({ steps, values }: FullColumn, at: number, window: number): Level {
  let sum = 0;
  for (let i = at; i < at + window; i++) sum += values[i]!;
  return { step: steps[at + (window >> 1)]!, value: sum / window };
}

/** Differences that the noise is estimated from: more would cost more and say the same. */
const DIFFERENCES = 512;

/** Standard deviation of a value: 1.4826 medians of the differences between neighbours are √2 of it where noise is normal. */
function noiseOf({ values, length }: FullColumn): number {
  const stride = Math.ceil((length - 1) / DIFFERENCES);
  const differences = Array.from({ length: Math.floor((length - 1) / stride) }, (_, n) =>
    Math.abs(values[n * stride + 1]! - values[n * stride]!),
  ).sort((a, b) => a - b);
  return (1.4826 * (quantileSorted(differences, 0.5) ?? 0)) / Math.SQRT2;
}
