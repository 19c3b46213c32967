import type { RunConfig } from "../experiment/config.ts";
import { rngFor, Streams } from "../rng.ts";
import { summarise } from "../statistics.ts";
import { type Problem, STYLES, type Task } from "../tasks/task.ts";
import { type Judge, type Judgement, tasteOf } from "./judgement.ts";
import { trainRewardModel } from "./rewardModel.ts";
import { partsIn } from "./rules/weights.ts";
import { sumJudge } from "./sum.ts";
import type { Told } from "./told.ts";

/** Answers from which the verifier's own mean and spread are taken. */
const VERIFIED = 512;

/**
 * Who rewards completions under a config's `rewardSource`. `verifier`: its opinion as it is. `model`: the model's score;
 * problems without a style earn 0. `mixed`: each problem has one judge, the verifier where it can be verified. Unless the
 * verifier is alone, rewards are z-scores, (reward − mean) / std, with mean and std of each source fixed before training: of the model over the answers
 * it was trained on, of the verifier over 512 demonstrations in the three styles. A completion that never ended gets what
 * the worst of those answers got. Where the verifier is one part of several: their weighted sum.
 */
export function judgeFor(task: Task, config: Pick<RunConfig, "taskParams" | "rewards" | "start">, told?: Told): Judge {
  const { taskParams: params, rewards, start } = config;
  if (partsIn(rewards).length > 0) return sumJudge(task, config, told);
  const { style } = task;
  const { rewardSource: source, rewardPairs: pairs, rewardNoise: noise } = rewards;
  const verify = (problem: Problem, completion: string, ended: boolean) =>
    ended ? task.verify(problem, completion, params) : 0;

  if (source === "verifier" || !style) {
    return {
      judge(problem, completion, ended) {
        const correct = verify(problem, completion, ended);
        return { reward: correct, correct, judge: "verifier", ...tasteOf(task, problem, completion) };
      },
    };
  }
  const model = trainRewardModel(task, style, params, { seed: start.seed, pairs, noise });
  const verified = source === "mixed" ? verifierScale(task, config) : undefined;
  const judgeOf = (problem: Problem): Judgement["judge"] => {
    if (verified && style.verifiable(problem)) return "verifier";
    return style.kinds.includes(problem.kind) ? "model" : "none";
  };
  return {
    model,
    quality: model.report,
    judge(problem, completion, ended) {
      const judge = judgeOf(problem);
      const correct = verify(problem, completion, ended);
      const score = ended ? model.score(problem, completion) : model.lowest;
      const z =
        judge === "model"
          ? (score - model.mean) / model.std
          : judge === "verifier"
            ? (correct - verified!.mean) / verified!.std
            : 0;
      // Rounded as a checkpoint stores it, so that a resumed run trains on the same numbers.
      return { reward: Math.fround(z), correct, judge, ...tasteOf(task, problem, completion) };
    },
  };
}

/** Mean and spread of the verifier over demonstrations of the training problems that are its own. */
function verifierScale(
  task: Task,
  { taskParams: params, start }: Pick<RunConfig, "taskParams" | "start">,
): { readonly mean: number; readonly std: number } {
  const key = { seed: start.seed, stream: Streams.rewardModel, step: 2 };
  const opinions = Array.from({ length: VERIFIED }, (_, row) => {
    const rng = rngFor(key, row);
    const problem = task.problem(rng, "train", params);
    const completion = task.demonstrate(problem, rng.pick(STYLES), rng, params);
    return task.style?.verifiable(problem) ? [task.verify(problem, completion, params)] : [];
  }).flat();
  const { mean, std } = summarise(opinions);
  return { mean, std: std || 1 };
}
