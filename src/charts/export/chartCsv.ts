import type { ChartLine, FullColumn } from "../series/line.ts";

interface CsvColumn {
  readonly label: string;
  /** As text by step. */
  readonly cells: ReadonlyMap<number, string>;
}

/**
 * Every number that was measured, none left out and none rounded: one row for each step at which some line has a value, one
 * column for each line, after the tokens and the seconds of the first line where they are known. RFC 4180.
 */
export function chartCsv(lines: readonly ChartLine[]): string {
  const columns = lines.flatMap(columnsOf);
  const steps = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))].sort((a, b) => a - b);
  const clocks = (["tokens", "seconds"] as const)
    .map((unit) => ({ label: unit as string, cells: clockCells(lines, unit, steps) }))
    .filter(({ cells }) => cells.size > 0);
  const all = [...clocks, ...columns];
  const rows = steps.map((step) => [String(step), ...all.map(({ cells }) => cells.get(step) ?? "")]);
  return [["step", ...all.map(({ label }) => label)], ...rows]
    .map((row) => `${row.map(guarded).map(quoted).join(",")}\r\n`)
    .join("");
}

function columnsOf({ label, points, full, beside = [] }: ChartLine): CsvColumn[] {
  const cells = full ? cellsOf(full) : new Map(points.map(({ x, y }) => [x, String(y)]));
  return [{ label, cells }, ...beside.map((one) => ({ label: `${label} ${one.label}`, cells: cellsOf(one.full) }))];
}

function cellsOf({ steps, values, length }: FullColumn): Map<number, string> {
  const cells = new Map<number, string>();
  for (let i = 0; i < length; i++) if (Number.isFinite(values[i]!)) cells.set(steps[i]!, String(values[i]));
  return cells;
}

function clockCells(lines: readonly ChartLine[], unit: "tokens" | "seconds", steps: readonly number[]) {
  const line = lines.find((one) => one.clock);
  return new Map(
    steps.flatMap((step) => {
      const value = line?.clock?.(unit, step);
      return value === undefined ? [] : [[step, String(value)] as const];
    }),
  );
}

/** A name that a spreadsheet would compute as a formula, with an apostrophe before it; numbers are left alone. */
function guarded(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !Number.isFinite(Number(cell)) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
