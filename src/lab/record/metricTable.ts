import type { Metrics } from "../objectives/objective.ts";

/** Values of one metric beside the steps at which they came; NaN where a step had none. Only the first `length` count. */
export interface StepColumn {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

/** All metrics of one run as columns of one length: the form in which they are kept. */
export interface Columns {
  /** Ascending. */
  readonly steps: Float64Array; // [N]
  readonly metrics: Readonly<Record<string, Float64Array>>; // [N] each; NaN where a step had none
}

/** The columns' rows from the `at`-th on: what a run has measured since it was written down. */
export interface Growth {
  readonly at: number;
  readonly columns: Columns;
}

export const NO_COLUMNS: Columns = { steps: new Float64Array(0), metrics: {} };

/** Columns from their parts, in order of `at`. A part counts up to where the next one begins: its rows may have been mended since. */
export function joined(parts: readonly Growth[]): Columns {
  if (parts.length <= 1) return parts[0]?.columns ?? NO_COLUMNS;
  const rows = parts.map(({ at, columns }, n) => Math.min(columns.steps.length, (parts[n + 1]?.at ?? Infinity) - at));
  const size = rows.reduce((sum, count) => sum + count, 0);
  const whole = (of: (columns: Columns) => Float64Array | undefined) => {
    const column = new Float64Array(size).fill(Number.NaN);
    let filled = 0;
    parts.forEach(({ columns }, n) => {
      const values = of(columns);
      if (values) column.set(values.subarray(0, rows[n]!), filled);
      filled += rows[n]!;
    });
    return column;
  };
  const names = new Set(parts.flatMap(({ columns }) => Object.keys(columns.metrics)));
  return {
    steps: whole(({ steps }) => steps),
    metrics: Object.fromEntries([...names].map((name) => [name, whole(({ metrics }) => metrics[name])])),
  };
}

/** What was measured up to a step, for a run that goes on from there. */
export function upTo({ steps, metrics }: Columns, step: number): Columns {
  const found = steps.findIndex((at) => at > step);
  if (found < 0) return { steps, metrics };
  return {
    steps: steps.slice(0, found),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, values.slice(0, found)])),
  };
}

/** The newest finite value of every metric. */
export function newest({ metrics }: Columns): Metrics {
  const final: Record<string, number> = {};
  for (const [name, values] of Object.entries(metrics)) {
    const value = values.findLast((candidate) => Number.isFinite(candidate));
    if (value !== undefined) final[name] = value;
  }
  return final;
}
