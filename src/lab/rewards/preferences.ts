import { type Rng, rngFor, Streams } from "../rng.ts";
import type { AnyValues } from "../schema.ts";
import { type Problem, STYLES, type Task, type TaskStyle } from "../tasks/task.ts";

/** Two answers to one problem, and which of them a judge liked better. */
export interface Preference {
  readonly problem: Problem;
  readonly first: string;
  readonly second: string;
  readonly prefersFirst: boolean;
}

interface PreferenceSource {
  readonly seed: number;
  readonly count: number;
  /** Of the judge: see {@link TaskStyle.prefersFirst}. */
  readonly noise: number;
  /** Two sets that share no draw. */
  readonly set: "training" | "held-out";
}

const STEPS = { training: 0, "held-out": 1 } as const;

/**
 * Preferences over demonstrations of training problems, each answer written in any of the three styles with equal chance
 * and judged by the task's noisy rule. A pure function of task and source.
 */
export function preferences(task: Task, style: TaskStyle, params: AnyValues, source: PreferenceSource): Preference[] {
  const { seed, count, noise, set } = source;
  const key = { seed, stream: Streams.rewardModel, step: STEPS[set] };
  return Array.from({ length: count }, (_, row) => {
    const rng = rngFor(key, row);
    const problem = styledProblem(task, style, params, rng);
    const write = () => task.demonstrate(problem, rng.pick(STYLES), rng, params);
    const [first, second] = [write(), write()];
    return { problem, first, second, prefersFirst: style.prefersFirst(problem, first, second, noise, rng) };
  });
}

/** A training problem whose answers have a style; in a mixture, of a kind that has one. */
function styledProblem(task: Task, style: TaskStyle, params: AnyValues, rng: Rng): Problem {
  return task.problemOf
    ? task.problemOf(rng.pick(style.kinds), rng, "train", params)
    : task.problem(rng, "train", params);
}
