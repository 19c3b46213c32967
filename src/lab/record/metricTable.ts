import type { MetricColumn, MetricName, Metrics } from "../metrics.ts";

/** The metrics of one step, as they come from the worker. */
export interface MetricRow {
  readonly step: number;
  readonly values: Metrics;
  /** Time in training since the run was opened, pauses left out. */
  readonly seconds?: number;
}

/** Rows of a table as plain data: the form in which the library's database holds them. */
export interface TableRows {
  /** Ascending. */
  readonly steps: Float64Array; // [N]
  readonly metrics: Readonly<Record<string, Float64Array>>; // [N] each; NaN where a step had none
}

/** A table's rows from the `at`-th on. */
export interface TablePart extends TableRows {
  readonly at: number;
}

const FIRST_CAPACITY = 256;

/**
 * All metrics of one run as append-only columns of one length, mutated in place: a thousand steps cost no garbage and no
 * rendering. Readers learn of growth from a version number, not from a new object.
 */
export class MetricTable {
  #capacity = FIRST_CAPACITY;
  #steps = new Float64Array(FIRST_CAPACITY);
  #columns = new Map<string, Float64Array<ArrayBuffer>>();
  #length = 0;
  /** Of the stretch that was trained before, where a run goes on. */
  #secondsBefore = 0;

  /** The table of a run that goes on after these rows. */
  static from({ steps, metrics }: TableRows): MetricTable {
    return MetricTable.joined([{ at: 0, steps, metrics }]);
  }

  /** A table from its parts, in order of `at`. A part counts up to where the next one begins: its rows may have been mended since. */
  static joined(parts: readonly TablePart[]): MetricTable {
    const table = new MetricTable();
    const counts = parts.map(({ at, steps }, n) => Math.min(steps.length, (parts[n + 1]?.at ?? Infinity) - at));
    const size = counts.reduce((sum, count) => sum + count, 0);
    while (table.#capacity < size) table.#capacity *= 2;
    table.#steps = enlarged(new Float64Array(0), table.#capacity);
    for (const [n, { steps, metrics }] of parts.entries()) {
      table.#steps.set(steps.subarray(0, counts[n]!), table.#length);
      for (const [metric, values] of Object.entries(metrics)) {
        table.#columnFor(metric).set(values.subarray(0, counts[n]!), table.#length);
      }
      table.#length += counts[n]!;
    }
    table.#secondsBefore = table.valueAt("seconds") ?? 0;
    return table;
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
    for (const [metric, value] of Object.entries(values)) this.#columnFor(metric)[at] = value;
    if (seconds !== undefined) this.#columnFor("seconds")[at] = this.#secondsBefore + seconds;
  }

  /** A view that stays valid until the next {@link append}; undefined for a metric that never came. */
  column(metric: MetricName): MetricColumn | undefined {
    const values = this.#columns.get(metric);
    return values && { steps: this.#steps, values, length: this.#length };
  }

  /** The newest value of a metric at or before `step`; metrics that come rarely keep their last value. */
  valueAt(metric: MetricName, step = Number.POSITIVE_INFINITY): number | undefined {
    const values = this.#columns.get(metric);
    if (!values) return undefined;
    for (let at = this.#lastAtOrBefore(step); at >= 0; at--) {
      if (Number.isFinite(values[at]!)) return values[at];
    }
    return undefined;
  }

  /** The newest step at which a metric had a value. */
  lastStepOf(metric: MetricName): number | undefined {
    const values = this.#columns.get(metric);
    for (let at = this.#length - 1; values && at >= 0; at--) {
      if (Number.isFinite(values[at]!)) return this.#steps[at];
    }
    return undefined;
  }

  /** The values of the newest row. */
  last(): Metrics {
    const at = this.#length - 1;
    const values = [...this.#columns].map(([metric, column]) => [metric, column[at] ?? Number.NaN] as const);
    return Object.fromEntries(values.filter(([, value]) => Number.isFinite(value))) as Metrics;
  }

  /** The newest finite value of every metric. */
  newest(): Metrics {
    const values = this.metrics.map((metric) => [metric, this.valueAt(metric as MetricName)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Metrics;
  }

  /** A copy of the rows from the `from`-th up to the `to`-th. */
  rows(from = 0, to = this.#length): TableRows {
    const metrics = [...this.#columns].map(([metric, values]) => [metric, values.slice(from, to)] as const);
    return { steps: this.#steps.slice(from, to), metrics: Object.fromEntries(metrics) };
  }

  /** A copy of what was measured up to `step`, for a run that goes on from there. */
  upTo(step: number): MetricTable {
    return MetricTable.from(this.rows(0, this.#lastAtOrBefore(step) + 1));
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

  #columnFor(metric: string): Float64Array<ArrayBuffer> {
    let values = this.#columns.get(metric);
    if (!values) {
      values = enlarged(new Float64Array(0), this.#capacity);
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
