import type { MetricColumn } from "../metrics.ts";
import { meanInterval } from "../statistics.ts";

/** Mean over several runs and its 95% t-interval, step by step. */
interface Band {
  readonly steps: Float64Array; // [N]
  readonly mean: Float64Array; // [N]
  readonly low: Float64Array; // [N]
  readonly high: Float64Array; // [N]
}

/**
 * One metric of several seeds. Only steps at which every run has a value count: with fewer the mean would jump where a run
 * ends. A single run has no interval: low and high are its own values.
 */
export function bandOf(columns: readonly MetricColumn[]): Band {
  const [first, ...others] = columns;
  const size = first?.length ?? 0;
  const band = {
    steps: new Float64Array(size),
    mean: new Float64Array(size),
    low: new Float64Array(size),
    high: new Float64Array(size),
  };
  const at = others.map(() => 0);
  let length = 0;
  for (let i = 0; i < size; i++) {
    const step = first!.steps[i]!;
    const here = [first!.values[i]!];
    others.forEach((column, nth) => {
      while (at[nth]! < column.length && column.steps[at[nth]!]! < step) at[nth]!++;
      here.push(at[nth]! < column.length && column.steps[at[nth]!] === step ? column.values[at[nth]!]! : Number.NaN);
    });
    if (!here.every(Number.isFinite)) continue;
    const { mean, half } = meanInterval(here);
    const interval = Number.isFinite(half) ? half : 0;
    band.steps[length] = step;
    band.mean[length] = mean;
    band.low[length] = mean - interval;
    band.high[length] = mean + interval;
    length++;
  }
  return {
    steps: band.steps.subarray(0, length),
    mean: band.mean.subarray(0, length),
    low: band.low.subarray(0, length),
    high: band.high.subarray(0, length),
  };
}
