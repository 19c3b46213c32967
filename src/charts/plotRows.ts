import type { ChartLine } from "./chartLine.ts";

/** One step of a chart: x, and a value for every line that has one there. */
export type PlotRow = Readonly<Record<string, number>>;

/** Key of a line's values in a {@link PlotRow}. */
export const pastKey = (index: number) => `y${index}`;
export const aheadKey = (index: number) => `a${index}`;
export const behindKey = (index: number) => `b${index}`;
export const rawKey = (index: number) => `r${index}`;

/**
 * All lines of a chart as one table in order of step, which recharts draws in one go; with a table for each line it works
 * through its state once a line. Lines were thinned apart from one another, so a row need not have a value of each.
 * @param above values that are not above this cannot be drawn: 0 on a logarithmic scale.
 */
export function plotRows(lines: readonly ChartLine[], above = Number.NEGATIVE_INFINITY): PlotRow[] {
  const rows = new Map<number, Record<string, number>>();
  const put = (x: number, key: string, y: number) => {
    if (y <= above) return;
    let row = rows.get(x);
    if (!row) {
      row = { x };
      rows.set(x, row);
    }
    row[key] = y;
  };
  lines.forEach(({ points, ahead, behind, raw }, index) => {
    for (const { x, y } of points) put(x, pastKey(index), y);
    for (const { x, y } of ahead ?? []) put(x, aheadKey(index), y);
    for (const { x, y } of raw ?? []) put(x, rawKey(index), y);
    for (const { x, y } of behind ?? []) put(x, behindKey(index), y);
  });
  return [...rows.values()].sort((a, b) => a.x! - b.x!);
}
