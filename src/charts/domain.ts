import type { ChartLine } from "./chartLine.ts";

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Ascending; the first and the last may lie inside [min, max]. */
  readonly ticks: readonly number[];
  readonly log?: boolean;
}

/** How a vertical scale is asked to be. */
export interface ScaleWishes {
  /** Logarithmic, as far as there are values above 0. */
  readonly log?: boolean;
  /** Values beyond three interquartile ranges from the middle half may be out of view. */
  readonly cut?: boolean;
}

/** Below this a number is as good as zero, and arithmetic on it would not be. */
const TINY = 1e-30;

/** A vertical scale with round ends that holds every point; `fixed` ends stay where they are as long as every point is within. */
export function scaleFor(
  lines: readonly ChartLine[],
  fixed?: readonly [number, number],
  { log, cut }: ScaleWishes = {},
): Scale {
  const intervals = lines.flatMap(({ band }) => (band ?? []).flatMap(({ low, high }) => [low, high]));
  const measured = lines.flatMap(heightsOf);
  const all = [...measured, ...intervals];
  const positive = log ? all.filter((value) => value > 0) : [];
  if (positive.length > 0) return logScale(cut ? within(positive) : positive);
  // An interval may reach beyond what is possible, and is cut off there.
  if (fixed && measured.every((value) => value >= fixed[0] && value <= fixed[1])) {
    return { min: fixed[0], max: fixed[1], ticks: [fixed[0], (fixed[0] + fixed[1]) / 2, fixed[1]] };
  }
  const values = cut ? within(all) : all;
  if (values.length === 0) return { min: 0, max: 1, ticks: [0, 0.5, 1] };
  let [low, high] = extremes(values);
  // Quantities that are never negative stand on zero, unless they stay far above it.
  if (low >= 0 && low < high * 0.6) low = 0;
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= size * 1e-9 || size < TINY) {
    const room = size < TINY ? 1 : size * 0.1;
    [low, high] = [low === 0 ? 0 : low - room, high + room];
  }
  const step = roundStep((high - low) / 3);
  // A dip just below zero gets the room that it takes, not a whole step.
  const dips = low < 0 && low > -0.2 * step && high > 0;
  const first = dips ? 0 : Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { min: dips ? low : first * step, max: last * step, ticks };
}

const heights = new WeakMap<ChartLine, readonly number[]>();

/** Of every point of a line; those of a run at rest are asked for with every step of the one above it. */
function heightsOf(line: ChartLine): readonly number[] {
  const known = heights.get(line);
  if (known) return known;
  const { points, ahead, behind, raw, areas } = line;
  const made = [
    ...[points, ahead, behind, raw].flatMap((part) => part?.map(({ y }) => y) ?? []),
    ...(areas ?? []).flatMap(({ upper, lower }) => [...upper, ...lower].map(({ y }) => y)),
  ];
  heights.set(line, made);
  return made;
}

/** From one power of ten to another. */
function logScale(values: readonly number[]): Scale {
  const [low, high] = extremes(values);
  const min = 10 ** Math.floor(Math.log10(low) + 1e-9);
  const max = Math.max(10 ** Math.ceil(Math.log10(high) - 1e-9), min * 10);
  const count = Math.round(Math.log10(max / min));
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((min * 10 ** i).toPrecision(12)));
  return { min, max, ticks, log: true };
}

/** Without what lies far from the middle half of the values. */
export function within(values: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const room = 3 * (at(0.75) - at(0.25));
  // Where half the values are one and the same, the ranks themselves are the fence.
  const [low, high] = room > 0 ? [at(0.25) - room, at(0.75) + room] : [at(0.02), at(0.98)];
  return values.filter((value) => value >= low && value <= high);
}

function extremes(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}
