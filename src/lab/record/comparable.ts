import type { RunConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import type { RunRecord } from "./runRecord.ts";

/** Whether two runs answer problems of one kind: same task, same task settings. Only then do their numbers mean the same. */
export function sameProblems(a: RunConfig, b: RunConfig): boolean {
  if (a.task !== b.task) return false;
  return Object.keys(taskById(a.task).params).every((key) => a.taskParams[key] === b.taskParams[key]);
}

/** Whether others may be measured by this run: it was trained to its end here. One that was cut short says nothing yet. */
export function canBeBaseline({ phase }: Pick<RunRecord, "phase">): boolean {
  return phase === "finished";
}

/** Why a run's numbers are not subtracted from another's; undefined where they are. */
export function apartSentence(run: RunRecord, base: RunRecord): string | undefined {
  if (sameProblems(run.config, base.config)) return undefined;
  const [mine, theirs] = [taskById(run.config.task).title, taskById(base.config.task).title];
  return mine === theirs ? `other problems of ${mine}, so no difference` : `another task, ${mine}, so no difference`;
}
