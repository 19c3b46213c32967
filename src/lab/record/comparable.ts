import type { RunConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import type { RunRecord } from "./runRecord.ts";

/** Whether two runs answer problems of one kind: same task, same task settings. Only then do their numbers mean the same. */
export function sameProblems(a: RunConfig, b: RunConfig): boolean {
  if (a.task !== b.task) return false;
  return Object.keys(taskById(a.task).params).every((key) => a.taskParams[key] === b.taskParams[key]);
}

/** Why a run is no baseline. */
export const UNFINISHED = "A baseline is a run that was trained to its end.";

/** What sets a run's problems apart from another's, e.g. `Parity`, `other problems of Parity`; undefined where they are the same. */
export function otherProblems(run: RunConfig, base: RunConfig): string | undefined {
  if (sameProblems(run, base)) return undefined;
  const [mine, theirs] = [taskById(run.task).title, taskById(base.task).title];
  return mine === theirs ? `other problems of ${mine}` : mine;
}

/** Whether others may be measured by this run: it was trained to its end here. One that was cut short says nothing yet. */
export function canBeBaseline({ phase }: Pick<RunRecord, "phase">): boolean {
  return phase === "finished";
}

/** Why a run's numbers are not subtracted from another's; undefined where they are. */
export function apartSentence(run: RunRecord, base: RunRecord): string | undefined {
  const other = otherProblems(run.config, base.config);
  if (other === undefined) return undefined;
  return `${run.config.task === base.config.task ? other : `another task, ${other}`}, so no difference`;
}
