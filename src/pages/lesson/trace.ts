import type { RunConfig } from "../../lab/experiment/config.ts";
import type { Trace } from "../../lab/lessons/study.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import { runResult } from "../../lab/record/runFile.ts";

/** The metrics of a run of the page in the form that a lesson's sentences are made from: as the run's file has them. */
export function traceOf(config: RunConfig, table: MetricTable): Trace {
  const unused = { policy: "", backend: "", parameterHash: "", seconds: 0 };
  return runResult(config, table, { ...unused, step: table.step, final: table.last() });
}
