import { meanInterval } from "../statistics.ts";
import type { StepColumn } from "./columns.ts";

/** Mean over several runs and its 95% t-interval, step by step. */
export interface Band {
  readonly steps: Float64Array; // [N]
  readonly mean: Float64Array; // [N]
  readonly low: Float64Array; // [N]
  readonly high: Float64Array; // [N]
}

/**
 * One metric of several seeds. Only steps at which every run has a value count: with fewer the mean would jump where a run
 * ends. A single run has no interval: low and high are its own values.
 */
export function bandOf(columns: readonly StepColumn[]): Band {
  const values = new Map<number, number[]>();
  columns.forEach(({ steps, values: all, length }, nth) => {
    for (let i = 0; i < length; i++) {
      if (!Number.isFinite(all[i]!)) continue;
      const step = steps[i]!;
      const here = values.get(step);
      // Whoever is missing at a step is missing for good, so later runs need not add to it.
      if (here?.length === nth) here.push(all[i]!);
      else if (nth === 0) values.set(step, [all[i]!]);
    }
  });
  const full = [...values].filter(([, here]) => here.length === columns.length).sort(([a], [b]) => a - b);
  const band = {
    steps: new Float64Array(full.length),
    mean: new Float64Array(full.length),
    low: new Float64Array(full.length),
    high: new Float64Array(full.length),
  };
  full.forEach(([step, here], i) => {
    const { mean, half } = meanInterval(here);
    const reach = Number.isFinite(half) ? half : 0;
    band.steps[i] = step;
    band.mean[i] = mean;
    band.low[i] = mean - reach;
    band.high[i] = mean + reach;
  });
  return band;
}
