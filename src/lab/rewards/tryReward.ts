import type { RunConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import { problemWith } from "../tasks/parts.ts";
import { judgeFor } from "./judge.ts";
import { type Judgement, judged } from "./judgement.ts";

/** A completion that a reward is tried on. */
export interface TriedCompletion {
  readonly prompt: string;
  readonly completion: string;
  readonly ended: boolean;
}

/** What the reward of an experiment says of completions, by the code that rewards a run. @throws {RewardError} where one cannot be rewarded */
export async function tryReward(config: RunConfig, tried: readonly TriedCompletion[]): Promise<readonly Judgement[]> {
  const task = taskById(config.task);
  const judge = judgeFor(task, config);
  return judged(judge, () =>
    tried.map(({ prompt, completion, ended }) => judge.judge(problemWith(task, prompt), completion, ended)),
  );
}
