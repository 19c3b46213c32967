import type { RunConfig } from "../experiment/config.ts";
import { answerOf, type GivenRow, type Problem, type Task } from "../tasks/task.ts";
import type { Judge, Judgement } from "./judgement.ts";
import { OwnFunction } from "./ownFunction.ts";
import { PairModel } from "./pairModel.ts";
import { REWARD_RULES } from "./rules/index.ts";
import { OWN, PREFERENCE, partsIn, RIGHT, weightOf } from "./rules/weights.ts";

/** An answer with the verdict and the rows that its prompt has. */
interface Rated {
  readonly problem: Problem;
  readonly completion: string;
  readonly ended: boolean;
  readonly correct: number;
  readonly rows: readonly GivenRow[];
}

type Rate = (answer: Rated) => number;

/**
 * A weighted sum of parts, Σ wᵢ rᵢ. Rules rate what stands after the last `>` and take the best of the prompt's answers; an answer
 * that never ended earns 0 of every part but a function of one's own, which is told, and the reward model, whose lowest score it gets.
 */
export function sumJudge(task: Task, { taskParams, rewards }: Pick<RunConfig, "taskParams" | "rewards">): Judge {
  const own = weightOf(rewards, OWN) > 0 ? new OwnFunction(String(rewards.rewardFunction)) : undefined;
  const model = weightOf(rewards, PREFERENCE) > 0 ? PairModel.of(task) : undefined;
  const parts = partsIn(rewards).map(({ id }) => ({ id, weight: weightOf(rewards, id), rate: rateOf(id) }));

  function rateOf(id: string): Rate {
    if (id === RIGHT) return ({ correct }) => correct;
    if (id === OWN) return (answer) => own!.value(answer);
    if (id === PREFERENCE) return ({ completion, ended }) => model!.rate(completion, ended);
    const rule = REWARD_RULES.find((one) => one.id === id)!;
    return ({ completion, ended, rows }) => {
      if (!ended) return 0;
      const given = answerOf(completion);
      return Math.max(0, ...rows.map(({ answer }) => rule.rate(given, answer, rewards)));
    };
  }

  return {
    ...(model && { quality: model.report }),
    ...(own && { settle: () => own.settle() }),
    judge(problem, completion, ended): Judgement {
      const correct = ended ? task.verify(problem, completion, taskParams) : 0;
      const rows = task.given?.rows(problem) ?? [];
      const rated = parts.map(
        ({ id, weight, rate }) => [id, weight, rate({ problem, completion, ended, correct, rows })] as const,
      );
      const sum = rated.reduce((total, [, weight, value]) => total + weight * value, 0);
      // Rounded as a checkpoint stores it, so that a resumed run trains on the same numbers.
      const reward = Math.fround(sum);
      return {
        ...{ reward, correct, judge: "sum" },
        parts: Object.fromEntries(rated.map(([id, , value]) => [id, value])),
      };
    },
  };
}
