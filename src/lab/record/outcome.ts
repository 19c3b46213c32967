import { type FixedMetric, METRICS, type Metric, type MetricName } from "../metrics.ts";
import { meanInterval } from "../statistics.ts";
import type { RunRecord } from "./runRecord.ts";

/** A number by which runs are compared once they are over. */
export interface Measure extends Metric {
  readonly metric: FixedMetric;
}

/** The one number beside a run's name. */
export const ACCURACY = "eval/accuracy";

const COMPARED = [
  ACCURACY,
  "eval/accuracy_sampled",
  "eval/ood/accuracy",
  "eval/reward",
  "eval/nll",
  "eval/entropy",
  "kl/start",
  "eval/mean_length",
] as const satisfies readonly FixedMetric[];

export const MEASURES: readonly Measure[] = COMPARED.map((metric) => ({ metric, ...METRICS[metric] }));

/** A final metric less the baseline's; undefined unless both have it. */
export function deltaOf(run: RunRecord, base: RunRecord | undefined, metric: MetricName): number | undefined {
  const [mine, theirs] = [run.final[metric], base?.final[metric]];
  return mine === undefined || theirs === undefined || base === run ? undefined : mine - theirs;
}

/** `0.712`, and with several runs `0.712 ± 0.031` (half the width of the 95% t-interval); undefined without a value. */
export function outcomeText(runs: readonly RunRecord[], metric: MetricName, digits = 2): string | undefined {
  const values = runs.map(({ final }) => final[metric]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const { mean, half } = meanInterval(values);
  return Number.isFinite(half) ? `${minus(mean, digits)} ± ${minus(half, digits)}` : minus(mean, digits);
}

/** With its sign, e.g. `+0.12`, `−0.03`, `±0`. */
export function deltaText(delta: number, digits = 2): string {
  const text = Math.abs(delta).toFixed(digits);
  if (Number(text) === 0) return "±0";
  return `${delta > 0 ? "+" : "−"}${text}`;
}

const minus = (value: number, digits: number) => value.toFixed(digits).replace("-", "−");
