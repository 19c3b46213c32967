import type { RunConfig } from "../experiment/config.ts";
import { problemsOf } from "../feeds/sampling.ts";
import { taskById } from "../tasks/index.ts";
import type { Problem } from "../tasks/task.ts";

/** Rows of an endless series that are written. */
export const MOST_ROWS = 4096;

/** The problems of the first updates, in their order. */
export function askedProblems(config: RunConfig): readonly Problem[] {
  const task = taskById(config.task);
  const { prompts } = config.rollouts;
  const steps = Math.min(config.optimizer.steps, Math.ceil(MOST_ROWS / prompts));
  return Array.from({ length: steps }, (_, at) => problemsOf({ task, config }, prompts, at + 1)).flat();
}
