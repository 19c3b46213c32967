import { rngFor, Streams } from "../../../lab/rng.ts";
import type { AnyValues } from "../../../lab/schema.ts";
import type { Task } from "../../../lab/tasks/task.ts";

interface Example {
  readonly prompt: string;
  readonly native: string;
  readonly expert: string;
}

/** A training problem of the task, always the same one, answered in both manners. */
export function exampleOf(task: Task, params: AnyValues): Example {
  const rng = rngFor({ seed: 7, stream: Streams.evaluation, step: 0 }, 0);
  const problem = task.problem(rng, "train", params);
  const write = (style: "native" | "expert") => task.demonstrate(problem, style, rng, params);
  return { prompt: problem.prompt, native: write("native"), expert: write("expert") };
}
