import type { Problem, Task } from "../tasks/task.ts";
import type { RewardModel, RewardReport } from "./rewardModel.ts";

/** What a completion earns, and from whom. */
export interface Judgement {
  /** What it is trained with. */
  readonly reward: number;
  /** The verifier's opinion in [0, 1], whoever rewards; 0 for a completion that never ended. */
  readonly correct: number;
  /** `none`: nobody can judge this problem, and every answer to it earns the same. `sum`: several parts, weighed. */
  readonly judge: "verifier" | "model" | "none" | "sum";
  /** What each part of a sum says, before its weight. */
  readonly parts?: Readonly<Record<string, number>>;
  /** The true utility, where the answer has a style: nobody is rewarded with it. */
  readonly utility?: number;
}

export interface Judge {
  readonly model?: RewardModel;
  /** How good a model is among those who judge, on preferences that it was not fitted to. */
  readonly quality?: Pick<RewardReport, "accuracy" | "ece">;
  judge(problem: Problem, completion: string, ended: boolean): Judgement;
  /**
   * Finds out what a judgement since the last call did not know yet. @returns whether there was anything: those are to be made again.
   * @throws {RewardError} where an answer cannot be rewarded
   */
  settle?(): Promise<boolean>;
}

/** The true utility of an answer, where the task has taste about the problem. */
export function tasteOf({ style }: Task, problem: Problem, completion: string): Pick<Judgement, "utility"> {
  return style?.kinds.includes(problem.kind) ? { utility: style.utility(problem, completion) } : {};
}

/** What is read of a judge's judgements, all of which are known. */
export async function judged<T>({ settle }: Judge, read: () => T): Promise<T> {
  for (;;) {
    const made = read();
    if (!(await settle?.())) return made;
  }
}
