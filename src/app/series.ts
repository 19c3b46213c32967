import type { Columns } from "../lab/record/metricTable.ts";
import type { MetricRow } from "../lab/worker/protocol.ts";

/** Values of one metric, aligned with the steps; NaN where a step had none. Only the first `length` entries count. */
export interface Column {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

const FIRST_CAPACITY = 256;

/** Metric under which the time in training is kept: the page's own, no part of what a run computes. */
export const SECONDS = "seconds";

/**
 * The metrics of one run as append-only columns, mutated in place: a thousand steps cost no garbage and no rendering.
 * Whoever draws them is told by a version number, not by a new object.
 */
export class Series {
  #capacity = FIRST_CAPACITY;
  #steps = new Float64Array(FIRST_CAPACITY);
  #columns = new Map<string, Float64Array<ArrayBuffer>>();
  #length = 0;
  /** Of the stretch that was trained before, where a run goes on. */
  #secondsBefore = 0;

  /** A series that goes on after what was kept. */
  static from({ steps, metrics }: Columns): Series {
    const series = new Series();
    while (series.#capacity < steps.length) series.#capacity *= 2;
    series.#steps = enlarged(steps, series.#capacity);
    for (const [metric, values] of Object.entries(metrics)) {
      series.#columns.set(metric, enlarged(values, series.#capacity));
    }
    series.#length = steps.length;
    series.#secondsBefore = series.valueAt(SECONDS) ?? 0;
    return series;
  }

  /** A copy of the rows from the `from`-th on, to be kept. */
  columns(from = 0): Columns {
    const filled = (values: Float64Array) => values.slice(from, this.#length);
    const metrics = [...this.#columns].map(([metric, values]) => [metric, filled(values)] as const);
    return { steps: filled(this.#steps), metrics: Object.fromEntries(metrics) };
  }

  get length(): number {
    return this.#length;
  }

  /** The newest step, 0 before the first row. */
  get step(): number {
    return this.#steps[this.#length - 1] ?? 0;
  }

  get metrics(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** Adds one step. A row of the newest step adds to it; a row of an earlier step is a replay and is left out. */
  append({ step, values, seconds }: MetricRow): void {
    if (this.#length > 0 && step < this.step) return;
    if (this.#length === 0 || step > this.step) {
      if (this.#length === this.#capacity) this.#grow();
      this.#steps[this.#length] = step;
      this.#length++;
    }
    const at = this.#length - 1;
    for (const [metric, value] of Object.entries(values)) this.#column(metric)[at] = value;
    if (seconds !== undefined) this.#column(SECONDS)[at] = this.#secondsBefore + seconds;
  }

  /** A view that stays valid until the next {@link append}; undefined for a metric that never came. */
  column(metric: string): Column | undefined {
    const values = this.#columns.get(metric);
    return values && { steps: this.#steps, values, length: this.#length };
  }

  /** The newest value of a metric at or before `step`; metrics that come rarely keep their last value. */
  valueAt(metric: string, step = Number.POSITIVE_INFINITY): number | undefined {
    const values = this.#columns.get(metric);
    if (!values) return undefined;
    for (let at = this.#lastAtOrBefore(step); at >= 0; at--) {
      if (Number.isFinite(values[at]!)) return values[at];
    }
    return undefined;
  }

  /** The newest step at which a metric had a value. */
  lastStepOf(metric: string): number | undefined {
    const values = this.#columns.get(metric);
    for (let at = this.#length - 1; values && at >= 0; at--) {
      if (Number.isFinite(values[at]!)) return this.#steps[at];
    }
    return undefined;
  }

  #lastAtOrBefore(step: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#steps[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #column(metric: string): Float64Array<ArrayBuffer> {
    let values = this.#columns.get(metric);
    if (!values) {
      values = new Float64Array(this.#capacity).fill(Number.NaN);
      this.#columns.set(metric, values);
    }
    return values;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#steps = enlarged(this.#steps, this.#capacity);
    for (const [metric, values] of this.#columns) this.#columns.set(metric, enlarged(values, this.#capacity));
  }
}

function enlarged(from: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(capacity).fill(Number.NaN);
  to.set(from);
  return to;
}
