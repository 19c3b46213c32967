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
  io.err(`${run.objective.title} on ${run.task.title}: ${reason}`);
  if (run.step === 0) record.evaluation(0, (await run.evaluate()).metrics);
  while (run.step < until) {
    const report = await run.advance();
    record.update(report.step, report.metrics);
    if (run.evaluationDue) record.evaluation(run.step, (await run.evaluate()).metrics);
    progress.update(run.step, report.metrics);
  }
  progress.end();
  const { weights } = await policy.export();
  return record.file(run, policy.info, parameterHash(weights), (performance.now() - started) / 1000);
}
