import { extent, nice, quantileSorted, ticks as roundTicks } from "d3-array";
import type { ChartLine } from "../series/line.ts";

/** The vertical axis of a chart, in the unit of its lines. */
export interface YScale {
  readonly min: number;
  readonly max: number;
  /** Round values, ascending and at least three; the first and the last may lie inside [min, max]. */
  readonly ticks: readonly number[];
  readonly log?: boolean;
}

interface YScaleOptions {
  /** Logarithmic, as far as there are values above 0. */
  readonly log?: boolean;
  /** Values beyond three interquartile ranges from the middle half may be out of view. */
  readonly cut?: boolean;
  /** Values that the quantity cannot leave: the axis fits the data within them. */
  readonly bounds?: readonly [number, number] | undefined;
  /** The axis runs from one bound to the other as long as every value is within. */
  readonly whole?: boolean | undefined;
  /** About how many ticks there is room for. */
  readonly count?: number;
}

type Extent = readonly [low: number, high: number];

/** Below this a number is as good as zero, and arithmetic on it would not be. */
const TINY = 1e-30;
/** The axis of a bounded quantity shows at least this share of what is possible, so that noise does not fill the chart. */
const LEAST = 0.1;
/** A quantity that is never negative stands on zero when its lowest value is below this share of its highest. */
const NEAR_ZERO = 0.4;
const COUNT = 3;
/** Steps of an end for each step of the ticks. */
const FINER = 3;

/** The vertical axis with round ends that holds every finite value of the lines, their areas and their intervals. */
export function yScaleFor(lines: readonly ChartLine[], options: YScaleOptions = {}): YScale {
  const { log, cut, bounds, whole, count = COUNT } = options;
  const measured = lines.flatMap(valuesOf);
  const intervals = lines.flatMap(({ band }) => (band ?? []).flatMap(({ low, high }) => [low, high]));
  const all = [...measured, ...intervals].filter(Number.isFinite);
  const positive = log ? all.filter((value) => value > 0) : [];
  if (positive.length > 0) return logScale(extentOf(cut ? within(positive) : positive));
  const inside = bounds && measured.every((value) => value >= bounds[0] && value <= bounds[1]) ? bounds : undefined;
  // An interval may reach beyond what is possible, and is cut off there.
  const limit = (value: number) => (inside ? Math.min(inside[1], Math.max(inside[0], value)) : value);
  if (all.length === 0 || (whole && inside)) return linear(bounds ?? [0, 1], count);
  const [low, high] = extentOf(cut ? within(all) : all);
  return linear(withRoom([limit(low), limit(high)], inside), count, inside);
}

/** The limits of an axis that shows values from `low` to `high`. */
function withRoom([low, high]: Extent, bounds?: Extent): Extent {
  if (low >= 0 && low < high * NEAR_ZERO) low = 0;
  const size = Math.max(Math.abs(low), Math.abs(high));
  const least = bounds ? LEAST * (bounds[1] - bounds[0]) : size < TINY ? 1 : size * 1e-9;
  if (high - low > least) return [low, high];
  const room = bounds ? least : size < TINY ? 1 : size * 0.2;
  const middle = (low + high) / 2;
  // What touches a bound stays there: the room is taken on the other side.
  const [lowest, most] = bounds ?? [low >= 0 ? 0 : Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const from = Math.max(lowest, Math.min(most - room, middle - room / 2));
  return [from, from + room];
}

/** An axis whose ends are rounder than its data by a third of a step at most: a curve takes the room that there is. */
function linear([low, high]: Extent, count: number, bounds?: Extent): YScale {
  for (let wanted = Math.max(COUNT, count); ; wanted++) {
    let [min, max] = nice(low, high, FINER * wanted);
    // Round ends do not leave what is possible.
    if (bounds) [min, max] = [Math.max(min, bounds[0]), Math.min(max, bounds[1])];
    const ticks = roundTicks(min, max, wanted);
    if (ticks.length >= COUNT) return { min, max, ticks };
  }
}

/** A logarithmic axis from one power of ten to another. */
function logScale([low, high]: Extent): YScale {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(Math.ceil(Math.log10(high) - 1e-9), first + 1);
  const power = (exponent: number, factor = 1) => Number((factor * 10 ** exponent).toPrecision(12));
  const stride = Math.ceil((last - first) / 6);
  const powers = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, i) => power(first + i * stride));
  const ticks = last - first > 1 ? powers : [power(first), power(first, 2), power(first, 5), power(last)];
  return { min: power(first), max: power(last), ticks, log: true };
}

const known = new WeakMap<ChartLine, readonly number[]>();

/** Every value of a line that is drawn; those of a run at rest are asked for with every step of the one above it. */
function valuesOf(line: ChartLine): readonly number[] {
  const before = known.get(line);
  if (before) return before;
  const { points, ahead, behind, raw, areas } = line;
  const made = [
    ...[points, ahead, behind, raw].flatMap((part) => part?.map(({ y }) => y) ?? []),
    ...(areas ?? []).flatMap(({ upper, lower }) => [...upper, ...lower].map(({ y }) => y)),
  ].filter(Number.isFinite);
  known.set(line, made);
  return made;
}

/** The values without those that lie far from their middle half. */
function within(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share) ?? 0;
  const room = 3 * (at(0.75) - at(0.25));
  // Where half the values are one and the same, the ranks themselves are the fence.
  const [low, high] = room > 0 ? [at(0.25) - room, at(0.75) + room] : [at(0.02), at(0.98)];
  return values.filter((value) => value >= low && value <= high);
}

function extentOf(values: readonly number[]): Extent {
  const [low = 0, high = 1] = extent(values);
  return [low, high];
}

/** Ticks for which a plot of this height has room, in pixels. */
export const ticksFor = (height: number): number => Math.min(6, Math.max(COUNT, Math.floor(height / 44)));
