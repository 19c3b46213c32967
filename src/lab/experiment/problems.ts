import { type MetricName, ofKind } from "../metrics.ts";
import { taskById } from "../tasks/index.ts";
import type { RunConfig } from "./config.ts";
import { evaluatedBefore, isEvaluated } from "./phases.ts";

/** Held-out problems of each kind, on a task made of several. */
export function problemsPerKind({ task, taskParams, evaluation }: RunConfig): number {
  const kinds = taskById(task).kinds?.(taskParams) ?? [];
  return Math.max(8, Math.floor(evaluation.evalProblems / Math.max(1, kinds.length)));
}

/** Held-out problems that a metric of an evaluation is measured on. */
export function problemsOf(config: RunConfig, metric: MetricName): number {
  return ofKind(metric) ? problemsPerKind(config) : config.evaluation.evalProblems;
}

/** The newest step whose weights were evaluated when `step` updates have been made. */
export function lastEvaluation(config: RunConfig, step: number): number {
  return isEvaluated(config, step) ? step : (evaluatedBefore(config, step).at(-1) ?? 0);
}
