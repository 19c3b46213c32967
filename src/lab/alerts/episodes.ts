import type { MetricColumns, MetricName } from "../metrics.ts";

/** A stretch of steps. */
export interface Episode {
  readonly from: number;
  /** The first step at which it was over; undefined while it lasts. */
  readonly until?: number | undefined;
}

interface Rule {
  enters(value: number, step: number): boolean;
  leaves(value: number, step: number): boolean;
  /** Measurements in a row that must agree, on the way in and on the way out. */
  readonly patience: number;
}

/** A value and the step that it was measured at. */
export interface Measured {
  readonly step: number;
  readonly value: number;
}

/** A metric's finite values from `first` on, in order of step. */
export function measuredOf(metrics: MetricColumns, metric: MetricName, first = 1): Measured[] {
  const column = metrics.column(metric);
  const found: Measured[] = [];
  for (let i = 0; column && i < column.length; i++) {
    const [step, value] = [column.steps[i]!, column.values[i]!];
    if (step >= first && Number.isFinite(value)) found.push({ step, value });
  }
  return found;
}

/** The stretches in which a rule holds. Two bounds and some patience keep a value at the border from ringing all the time. */
export function episodes(values: readonly Measured[], { enters, leaves, patience }: Rule): Episode[] {
  const found: Episode[] = [];
  let open: number | undefined;
  let since: number | undefined;
  let agreeing = 0;
  for (const { step, value } of values) {
    const turns = open === undefined ? enters(value, step) : leaves(value, step);
    agreeing = turns ? agreeing + 1 : 0;
    if (agreeing === 1) since = step;
    if (agreeing < patience) continue;
    if (open === undefined) open = since!;
    else {
      found.push({ from: open, until: since! });
      open = undefined;
    }
    agreeing = 0;
  }
  if (open !== undefined) found.push({ from: open });
  return found;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
