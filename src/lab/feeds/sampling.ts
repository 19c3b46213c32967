import type { Prompts, Rollouts, WeightsName } from "../policy/policy.ts";
import { judgeFor } from "../rewards/judge.ts";
import { type Judge, type Judgement, judged } from "../rewards/judgement.ts";
import { type Rng, rngFor, Streams } from "../rng.ts";
import { weightOf } from "../settings.ts";
import type { Problem } from "../tasks/task.ts";
import { answersTo } from "./answers.ts";
import type { CollectContext } from "./batch.ts";

/** Completions of one step's prompts, groups of rows next to one another, each with its reward. */
export interface Sampled {
  readonly prompts: Prompts;
  readonly rollouts: Rollouts;
  readonly problems: readonly Problem[]; // [B]
  readonly completions: readonly string[]; // [B]
  readonly rewards: Float64Array; // [B]
  readonly verdicts: readonly Judgement[]; // [B]
  readonly judge: Judge;
}

/** The training problems of a step: a pure function of seed and step. */
export function problemsOf(context: Pick<CollectContext, "task" | "config">, count: number, step: number): Problem[] {
  const { config } = context;
  const key = { seed: config.start.seed, stream: Streams.prompts, step };
  return Array.from({ length: count }, (_, row) => askedProblem(context, rngFor(key, row)));
}

/** A training problem; of a task of several kinds, of one drawn by the kinds' weights. */
function askedProblem(
  { task, config: { taskParams, kinds: values } }: Parameters<typeof problemsOf>[0],
  rng: Rng,
): Problem {
  const kinds = task.trainedKinds?.(taskParams) ?? task.kinds?.(taskParams) ?? [];
  const weights = kinds.map((kind) => weightOf(values, kind));
  // Kinds that weigh alike are drawn as the task itself draws.
  if (!task.problemOf || new Set(weights).size < 2) return task.problem(rng, "train", taskParams);
  return task.problemOf(kinds[drawn(weights, rng)]!, rng, "train", taskParams);
}

/** An index drawn with probabilities in proportion to the weights, of which one at least is above 0. */
function drawn(weights: readonly number[], rng: Rng): number {
  let rest = rng.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  // Rounding may leave a little at the end.
  return at >= 0 ? at : weights.findLastIndex((weight) => weight > 0);
}

/** Samples `groupSize` completions for each problem and has them judged. */
export async function sampleGroups(
  context: CollectContext,
  distinct: readonly Problem[],
  step: number,
  weights: WeightsName = "current",
): Promise<Sampled> {
  const { policy, task, config } = context;
  const { groupSize, temperature, topP } = config.rollouts;
  const problems = distinct.flatMap((problem) => Array.from({ length: groupSize }, () => problem));
  const { prompts, rollouts, completions } = await answersTo(policy, task, config.taskParams, problems, {
    temperature,
    topP,
    key: { seed: config.start.seed, stream: Streams.rollouts, step },
    weights,
  });
  const judge = judgeOf(context);
  const verdicts = await judged(judge, () =>
    problems.map((problem, row) => judge.judge(problem, completions[row]!, rollouts.ended[row] === 1)),
  );
  const rewards = Float64Array.from(verdicts, (verdict) => verdict.reward);
  return { prompts, rollouts, problems, completions, rewards, verdicts, judge };
}

/** The run's judge, made once: a pure function of the config. */
export function judgeOf({ task, config, memo, told }: CollectContext): Judge {
  memo.judge ??= judgeFor(task, config, told);
  return memo.judge;
}
