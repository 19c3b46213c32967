import type { Policy, Prompts, Rollouts, SampleOptions } from "../policy/policy.ts";
import { type Problem, type Task, tokenizerOf } from "../tasks/task.ts";
import { completionsOf, packPrompts } from "./encode.ts";

/** One answer to each of B problems. */
export interface Answers {
  readonly prompts: Prompts;
  readonly rollouts: Rollouts;
  readonly completions: readonly string[]; // [B]
}

/** One answer of a policy to each problem, in its own tokens and at most as long as the task's answers may be, with the end. */
export async function answersTo(
  policy: Pick<Policy, "sample">,
  task: Task,
  taskParams: Parameters<Task["limits"]>[0],
  problems: readonly Problem[],
  options: Omit<SampleOptions, "maxNewTokens" | "end">,
): Promise<Answers> {
  const tokenizer = tokenizerOf(task);
  const prompts = packPrompts(
    tokenizer,
    problems.map((problem) => problem.prompt),
  );
  const maxNewTokens = task.limits(taskParams).completion + 1;
  const rollouts = await policy.sample(prompts, { ...options, maxNewTokens, end: tokenizer.end });
  return { prompts, rollouts, completions: completionsOf(tokenizer, rollouts) };
}
