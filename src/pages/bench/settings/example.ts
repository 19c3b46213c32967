import { rngFor, Streams } from "../../../lab/rng.ts";
import type { AnyValues } from "../../../lab/schema.ts";
import type { Style, Task } from "../../../lab/tasks/task.ts";

interface Example {
  readonly prompt: string;
  readonly native: string;
  readonly expert: string;
}

/** A training problem of the task, the same one for a number each time, and who answers it in a manner. */
export function problemAt(task: Task, params: AnyValues, number: number) {
  const rng = rngFor({ seed: 7, stream: Streams.evaluation, step: 0 }, number);
  const problem = task.problem(rng, "train", params);
  return { prompt: problem.prompt, write: (style: Style) => task.demonstrate(problem, style, rng, params) };
}

/** A training problem of the task, always the same one, answered in both manners. */
export function exampleOf(task: Task, params: AnyValues): Example {
  const { prompt, write } = problemAt(task, params, 0);
  return { prompt, native: write("native"), expert: write("expert") };
}
