import type { OpenedPolicy } from "../lab/policy/open.ts";
import { parameterHash } from "../lab/train/parameterHash.ts";
import type { StepReport } from "../lab/train/report.ts";
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
  const tell = (report: StepReport | undefined) => {
    if (!report) return;
    record.update(report.step, report.metrics);
    progress.update(report.step, report.metrics);
  };
  while (run.step < until) {
    tell(await run.launch());
    if (!run.evaluationDue && run.step < until) continue;
    for (let report = await run.settle(); report; report = await run.settle()) tell(report);
    if (run.evaluationDue) record.evaluation(run.step, (await run.evaluate()).metrics);
  }
  progress.end();
  const { weights } = await policy.export();
  return record.file(run, policy.info, parameterHash(weights), (performance.now() - started) / 1000);
}
