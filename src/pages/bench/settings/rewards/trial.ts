import type { TriedCompletion } from "../../../../lab/rewards/tryReward.ts";
import type { AnyValues } from "../../../../lab/schema.ts";
import { taskById } from "../../../../lab/tasks/index.ts";
import { type GivenRows, STYLES, type Task } from "../../../../lab/tasks/task.ts";
import type { Sample } from "../../../../lab/train/report.ts";
import { problemAt } from "../example.ts";

/** A completion that the parts of a reward are tried on. */
export interface Tried extends TriedCompletion {
  /** Who wrote it. */
  readonly from: "policy" | "data" | "task";
}

const COUNT = 10;
/** What the first one, two and three of the styles are. */
const MANNERS = [
  "in the policy's manner",
  "in two manners: the policy's and the expert's",
  "in three manners: the policy's, the expert's and a flawed one",
];

/** Completions to try a reward on: the policy's newest, of data to prompts that the page has rows of, then what data or task hold. */
export function completionsToTry(id: string, params: AnyValues, samples: readonly Sample[]): readonly Tried[] {
  const task = taskById(id);
  const { given, missing } = task;
  if (missing !== undefined) return [];
  const own = samples
    .filter(({ prompt }) => !given || given.rows({ prompt, kind: id }).length > 0)
    .map(({ prompt, completion, ended }): Tried => ({ prompt, completion, ended, from: "policy" }));
  return [...own, ...(given ? ofData(given) : ofTask(task, params))].slice(0, COUNT);
}

/** Who wrote the completions: the policy those before the others. */
export function writersOf(tried: readonly Tried[]): string {
  const others = tried.filter(({ from }) => from !== "policy");
  const own = `${tried.length - others.length} by the policy`;
  if (others.length === 0) return `${own}.`;
  const manner = MANNERS[Math.min(others.length, MANNERS.length) - 1];
  const whence = others[0]!.from === "data" ? "out of the data" : `by the task ${manner}`;
  return `${own}, the ${others.length === 1 ? "other" : "others"} ${whence}.`;
}

const ofData = (given: GivenRows) =>
  [...given.problems("train"), ...given.problems("id")].flatMap((problem) =>
    given.rows(problem).map(
      ({ answer, columns }): Tried => ({
        prompt: problem.prompt,
        completion: String(columns.completion ?? columns.chosen ?? answer),
        ...{ ended: true, from: "data" },
      }),
    ),
  );

/** Training problems, always the same ones, answered in each manner in turn. */
const ofTask = (task: Task, params: AnyValues) =>
  Array.from({ length: COUNT }, (_, row): Tried => {
    const { prompt, write } = problemAt(task, params, row);
    return { prompt, completion: write(STYLES[row % STYLES.length]!), ended: true, from: "task" };
  });
