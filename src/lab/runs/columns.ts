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

export const NO_COLUMNS: Columns = { steps: new Float64Array(0), metrics: {} };

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
