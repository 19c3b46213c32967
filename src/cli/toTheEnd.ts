import { algorithmsOf } from "../lab/experiment/phases.ts";
import type { OpenedPolicy } from "../lab/policy/open.ts";
import { MetricTable } from "../lab/record/metricTable.ts";
import type { Outcome } from "../lab/record/runFile.ts";
import { parameterHash } from "../lab/train/parameterHash.ts";
import type { LoopControl, Run, RunEvent } from "../lab/train/run.ts";
import type { Io } from "./command.ts";
import { Progress } from "./progress.ts";

/** The metrics of a run in a terminal, and what came out. */
export interface Trained {
  readonly table: MetricTable;
  readonly outcome: Outcome;
}

export interface TrainOptions extends LoopControl {
  /** Told every event of the loop. */
  event?(event: RunEvent): void;
}

/** Trains a run up to `options.until`, evaluating where it is due, with progress on standard error. */
export async function toTheEnd(
  run: Run,
  { policy, reason }: OpenedPolicy,
  io: Io,
  options: TrainOptions = {},
): Promise<Trained> {
  const started = performance.now();
  const table = new MetricTable();
  const progress = new Progress(io, run.steps);
  io.err(`${algorithmsOf(run.config)} on ${run.task.title}: ${reason}`);
  for await (const event of run.events(options)) {
    options.event?.(event);
    if (event.type === "evaluation") table.append({ step: event.step, values: event.evaluation.metrics });
    if (event.type !== "update") continue;
    table.append({ step: event.report.step, values: event.report.metrics });
    progress.update(event.report.step, event.report.metrics);
  }
  progress.end();
  const { implementation, backend } = policy.info;
  const outcome = {
    policy: implementation,
    backend,
    step: run.step,
    final: table.step > 0 ? table.last() : {},
    parameterHash: parameterHash((await policy.export()).weights),
    seconds: (performance.now() - started) / 1000,
  };
  return { table, outcome };
}
