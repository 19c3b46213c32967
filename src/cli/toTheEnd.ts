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

interface TrainOptions extends LoopControl {
  /** Told every event of the loop. */
  event?(event: RunEvent): void;
  /** Keeps the run so far: called within five seconds of training and every minute from then on, with no update under way. */
  save?(trained: Trained): Promise<void>;
}

/** Seconds of training before the first save, and between two. */
const FIRST_SAVE = 5;
const SAVE_EVERY = 60;

/** Trains a run up to `options.until`, evaluating where it is due, with progress on standard error. */
export async function toTheEnd(
  run: Run,
  { reason }: OpenedPolicy,
  io: Io,
  options: TrainOptions = {},
): Promise<Trained> {
  const started = performance.now();
  const table = new MetricTable();
  const progress = new Progress(io, run.steps);
  io.err(`${algorithmsOf(run.config)} on ${run.task.title}: ${reason}`);
  let saveAt = FIRST_SAVE;
  const seconds = () => (performance.now() - started) / 1000;
  const due = () => options.save !== undefined && seconds() >= saveAt;
  let settled = false;
  const settle = () => {
    settled = due();
    return settled || (options.settle?.() ?? false);
  };
  for await (const event of run.events({ ...options, settle })) {
    options.event?.(event);
    if (event.type === "boundary" && settled && run.step > 0) {
      settled = false;
      await options.save?.({ table, outcome: await outcomeOf(run, table, seconds()) });
      saveAt = seconds() + SAVE_EVERY;
    }
    if (event.type === "evaluation") table.append({ step: event.step, values: event.evaluation.metrics });
    if (event.type !== "update") continue;
    table.append({ step: event.report.step, values: event.report.metrics });
    progress.update(event.report.step, event.report.metrics);
  }
  progress.end();
  return { table, outcome: await outcomeOf(run, table, seconds()) };
}

async function outcomeOf({ policy, step }: Run, table: MetricTable, seconds: number): Promise<Outcome> {
  const { implementation, backend } = policy.info;
  return {
    ...{ policy: implementation, backend, step, seconds },
    final: table.step > 0 ? table.last() : {},
    parameterHash: parameterHash((await policy.export()).weights),
  };
}
