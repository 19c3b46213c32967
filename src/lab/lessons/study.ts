import type { FlatConfig } from "../experiment/config.ts";
import { isEvaluation, type MetricName } from "../metrics.ts";
import type { RunResult } from "../record/runFile.ts";
import { type Interval, meanInterval } from "../statistics.ts";

/** One algorithm under one set of settings, within a study. */
export interface Arm {
  readonly id: string;
  readonly label: string;
  readonly settings: FlatConfig;
}

/** The metrics of one run, as its file has them. */
export type Trace = Pick<RunResult, "initial" | "final" | "series">;

/** Something a paper says, as a number per seed that is positive where it is so. */
export interface Claim {
  /** The claim in one sentence, with its bound. */
  readonly sentence: string;
  /** Which paper or figure says so. */
  readonly source: string;
  /** By how much it holds for one seed; all arms of that seed are given by id. */
  margin(arms: Readonly<Record<string, Trace>>): number;
}

/** Several algorithms from one checkpoint on the same data, over several seeds. */
export interface Study {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly arms: readonly Arm[];
  /** Columns of the table: a metric at the start or at the end. */
  readonly columns: readonly {
    readonly metric: MetricName;
    readonly label: string;
    readonly at: "initial" | "final" | "min" | "max";
  }[];
  readonly claims: readonly Claim[];
  /** The first of the seeds that it is recorded with, on which nobody tuned it; {@link FRESH_SEED} unless given. */
  readonly freshSeed?: number;
}

/** Settings are tuned on seeds below, and judged from here on. */
export const FRESH_SEED = 11;

export type Verdict = "holds" | "does not appear" | "unclear";

export interface ClaimResult {
  readonly sentence: string;
  readonly source: string;
  readonly margin: Interval;
  readonly seeds: number;
  /** Seeds in which it was so. */
  readonly positive: number;
  readonly verdict: Verdict;
}

/**
 * A claim holds where the 95% interval of its margin lies above 0, does not appear where it lies below or where no seed
 * shows it, and is unclear otherwise. Seeds are paired: every arm starts from the same checkpoint and sees the same data.
 */
export function judge(claim: Claim, bySeed: readonly Readonly<Record<string, Trace>>[]): ClaimResult {
  return judgeMargins(
    claim,
    bySeed.map((arms) => claim.margin(arms)),
  );
}

/** {@link judge} where the claim's margin is known for every seed. */
export function judgeMargins({ sentence, source }: Claim, margins: readonly number[]): ClaimResult {
  const margin = meanInterval(margins);
  const positive = margins.filter((value) => value > 0).length;
  const verdict =
    margin.mean - margin.half > 0
      ? "holds"
      : margin.mean + margin.half < 0 || positive === 0
        ? "does not appear"
        : "unclear";
  return { sentence, source, margin, seeds: margins.length, positive, verdict };
}

/** The measured values of a metric over a run, the start first. */
export function valuesOf(trace: Trace, metric: MetricName): number[] {
  const first = trace.initial[metric];
  const rest = (trace.series[metric] ?? []).filter((value) => value !== null);
  // A metric of updates has its first value in `initial` and in the series.
  const evaluated = isEvaluation(metric);
  return first !== undefined && evaluated ? [first, ...rest] : rest;
}

/** One number of a run for a table. @throws {Error} when the run never measured it */
export function pick(trace: Trace, metric: MetricName, at: "initial" | "final" | "min" | "max"): number {
  const values = valuesOf(trace, metric);
  if (values.length === 0) throw new Error(`a study's column must name a measured metric, got ${metric}`);
  if (at === "initial") return values[0]!;
  if (at === "final") return values.at(-1)!;
  return at === "min" ? Math.min(...values) : Math.max(...values);
}

/** The highest value that comes after the lowest. */
export function recovery(values: readonly number[]): number {
  const lowest = values.indexOf(Math.min(...values));
  return Math.max(...values.slice(lowest)) - values[lowest]!;
}

/** Mean of the last `count` values: less noisy than the last alone. */
export function tail(trace: Trace, metric: MetricName, count = 10): number {
  const values = valuesOf(trace, metric).slice(-count);
  return values.reduce((a, b) => a + b, 0) / values.length;
}
