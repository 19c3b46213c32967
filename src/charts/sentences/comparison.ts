import type { FullColumn } from "../series/line.ts";

/** One run, or the mean of several, among others in a chart. */
interface Compared {
  readonly label: string;
  readonly column: FullColumn;
  /** Half of the 95% interval around the last mean, where it is one of several runs. */
  readonly halfWidth?: number | undefined;
}

/**
 * Which of several runs is highest at its last step and which lowest; where both are means of seeds, whether their intervals leave that open.
 * Undefined while fewer than two have values, or where all are alike.
 */
export function comparison(runs: readonly Compared[], text: (value: number) => string): string | undefined {
  const ends = runs.flatMap(({ label, column, halfWidth }) => {
    const value = lastOf(column);
    return value === undefined ? [] : [{ label, value, halfWidth }];
  });
  if (ends.length < 2) return undefined;
  const sorted = ends.toSorted((a, b) => b.value - a.value);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  if (text(first.value) === text(last.value))
    return `All ${ends.length} are at ${text(first.value)} at their last step.`;
  const open =
    first.halfWidth !== undefined &&
    last.halfWidth !== undefined &&
    first.value - first.halfWidth <= last.value + last.halfWidth;
  const words = `Highest at its last step: ${first.label} ${text(first.value)}; lowest: ${last.label} ${text(last.value)}`;
  return `${words}${open ? "; their 95% intervals overlap" : ""}.`;
}

function lastOf({ values, length }: FullColumn): number | undefined {
  for (let i = length - 1; i >= 0; i--) if (Number.isFinite(values[i]!)) return values[i];
  return undefined;
}
