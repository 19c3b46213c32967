import { algorithmsOf } from "../lab/experiment/phases.ts";
import type { OpenedPolicy } from "../lab/policy/open.ts";
import { parameterHash } from "../lab/train/parameterHash.ts";
import type { Run } from "../lab/train/run.ts";
import type { Io } from "./command.ts";
import { Progress } from "./progress.ts";
import { type RunFile, RunRecord } from "./runFile.ts";

/** Trains up to step `until`, evaluating where it is due, with progress on standard error. */
export async function toTheEnd(run: Run, { policy, reason }: OpenedPolicy, until: number, io: Io): Promise<RunFile> {
  const started = performance.now();
  const record = new RunRecord();
  const progress = new Progress(io, run.steps);
  io.err(`${algorithmsOf(run.config)} on ${run.task.title}: ${reason}`);
  for await (const event of run.events({ until: () => until })) {
    if (event.type === "evaluation") record.evaluation(event.step, event.evaluation.metrics);
    if (event.type !== "update") continue;
    record.update(event.report.step, event.report.metrics);
    progress.update(event.report.step, event.report.metrics);
  }
  progress.end();
  const { weights } = await policy.export();
  return record.file(run, policy.info, parameterHash(weights), (performance.now() - started) / 1000);
}
