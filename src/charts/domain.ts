import type { ChartLine } from "./chartLine.ts";

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Ascending; the first and the last may lie inside [min, max]. */
  readonly ticks: readonly number[];
}

/** Below this a number is as good as zero, and arithmetic on it would not be. */
const TINY = 1e-30;

/** A vertical scale with round ends that holds every point; `fixed` ends stay where they are as long as every point is within. */
export function scaleFor(lines: readonly ChartLine[], fixed?: readonly [number, number]): Scale {
  const values = lines.flatMap(({ points, ahead, behind }) =>
    [...points, ...(ahead ?? []), ...(behind ?? [])].map(({ y }) => y),
  );
  if (fixed && values.every((value) => value >= fixed[0] && value <= fixed[1])) {
    return { min: fixed[0], max: fixed[1], ticks: [fixed[0], (fixed[0] + fixed[1]) / 2, fixed[1]] };
  }
  // An interval may reach beyond what is possible, and is cut off there.
  values.push(...lines.flatMap(({ band }) => (band ?? []).flatMap(({ low, high: top }) => [low, top])));
  if (values.length === 0) return { min: 0, max: 1, ticks: [0, 0.5, 1] };
  let [low, high] = [Math.min(...values), Math.max(...values)];
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

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}
