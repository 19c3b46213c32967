import { lastEvaluation, problemsOf } from "../experiment/problems.ts";
import {
  type FixedMetric,
  isEvaluation,
  isShareOfProblems,
  METRICS,
  type Metric,
  type MetricName,
} from "../metrics.ts";
import { meanInterval, shareInterval } from "../statistics.ts";
import { canBeBaseline, sameProblems } from "./comparable.ts";
import type { RunRecord } from "./runRecord.ts";

/** A number by which runs are compared once they are over. */
export interface Measure extends Metric {
  readonly metric: FixedMetric;
}

const COMPARED = [
  "eval/accuracy_sampled",
  "eval/accuracy",
  "eval/ood/accuracy",
  "eval/reward",
  "eval/gold/mean",
  "eval/nll",
  "eval/entropy",
  "kl/start",
  "eval/mean_length",
] as const satisfies readonly FixedMetric[];

export const MEASURES: readonly Measure[] = COMPARED.map((metric) => ({ metric, ...METRICS[metric] }));

/** A final metric less the baseline's; undefined unless both have it, on the same kind of problems, and both were trained to their end. */
export function deltaOf(run: RunRecord, base: RunRecord | undefined, metric: MetricName): number | undefined {
  const [mine, theirs] = [run.final[metric], base?.final[metric]];
  if (mine === undefined || theirs === undefined || base === undefined || base === run) return undefined;
  if (!sameProblems(run.config, base.config) || ![run, base].every(canBeBaseline)) return undefined;
  return mine - theirs;
}

/** `0.712`, and with several runs `0.712 ± 0.031` (half the width of the 95% t-interval); undefined without a value. */
export function outcomeText(runs: readonly Measured[], metric: MetricName, digits = 2): string | undefined {
  const values = runs.map(({ final }) => final[metric]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const { mean, half } = meanInterval(values);
  return Number.isFinite(half) ? `${minus(mean, digits)} ± ${minus(half, digits)}` : minus(mean, digits);
}

/** `[0.62, 0.78]`: the binomial 95% interval of one run's share of right answers; undefined for several runs and for other metrics. */
export function chanceText(runs: readonly Measured[], metric: MetricName): string | undefined {
  const [run] = runs;
  const share = run?.final[metric];
  if (!run || runs.length > 1 || share === undefined || !isShareOfProblems(metric)) return undefined;
  const { low, high } = shareInterval(Math.min(1, Math.max(0, share)), problemsOf(run.config, metric));
  return `[${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

/**
 * `[0.62, 0.78] at step 60, 128 problems`: what a number of an entry rests on. Undefined where a run of the entry has no such
 * number; `at` is the step of its measurement where that is known better than from the run's newest step.
 */
export function measuredAt(runs: readonly Measured[], metric: MetricName, at?: number): string | undefined {
  const [first] = runs;
  if (!first || runs.some(({ final }) => final[metric] === undefined)) return undefined;
  const evaluated = isEvaluation(metric);
  const step = at ?? (evaluated ? lastEvaluation(first.config, first.step) : first.step);
  // The weights of a step are evaluated after it: between the two a run under way still has the number before.
  const known = at !== undefined || !evaluated || step < first.step || runs.every(canBeBaseline);
  const problems = evaluated && metric !== "eval/gold/mean" ? `, ${problemsOf(first.config, metric)} problems` : "";
  const where = `${known ? "at" : "by"} step ${step}${problems}`;
  const chance = chanceText(runs, metric);
  return chance ? `${chance} ${where}` : where;
}

/** What of a run a number is said with. */
type Measured = Pick<RunRecord, "config" | "final" | "step" | "phase">;

/** With its sign, e.g. `+0.12`, `−0.03`, `±0`. */
export function deltaText(delta: number, digits = 2): string {
  const text = Math.abs(delta).toFixed(digits);
  if (Number(text) === 0) return "±0";
  return `${delta > 0 ? "+" : "−"}${text}`;
}

const minus = (value: number, digits: number) => value.toFixed(digits).replace("-", "−");
