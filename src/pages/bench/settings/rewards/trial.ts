import type { TriedCompletion } from "../../../../lab/rewards/tryReward.ts";
import { taskById } from "../../../../lab/tasks/index.ts";
import type { Sample } from "../../../../lab/train/report.ts";

/** A completion that the parts of a reward are tried on. */
export interface Tried extends TriedCompletion {
  /** Who wrote it. */
  readonly from: "policy" | "data";
}

const COUNT = 10;

/** Completions to try a reward on: the policy's newest to prompts that the page has rows of, then what the data hold. */
export function completionsToTry(task: string, samples: readonly Sample[]): readonly Tried[] {
  const { given } = taskById(task);
  if (!given) return [];
  const own = samples
    .filter(({ prompt }) => given.rows({ prompt, kind: task }).length > 0)
    .map(({ prompt, completion, ended }): Tried => ({ prompt, completion, ended, from: "policy" }));
  const held = [...given.problems("train"), ...given.problems("id")].flatMap((problem) =>
    given.rows(problem).map(
      ({ answer, columns }): Tried => ({
        prompt: problem.prompt,
        completion: String(columns.completion ?? columns.chosen ?? answer),
        ...{ ended: true, from: "data" },
      }),
    ),
  );
  return [...own, ...held].slice(0, COUNT);
}
