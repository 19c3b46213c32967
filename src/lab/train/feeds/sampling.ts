import { completionsOf, packPrompts } from "../../data/encode.ts";
import type { Prompts, Rollouts, WeightsName } from "../../policy/policy.ts";
import { rngFor, Streams } from "../../rng.ts";
import type { Problem } from "../../tasks/task.ts";
import type { CollectContext } from "../part.ts";

/** Completions of one step's prompts, groups of rows next to one another, each with its reward. */
export interface Sampled {
  readonly prompts: Prompts;
  readonly rollouts: Rollouts;
  readonly problems: readonly Problem[]; // [B]
  readonly completions: readonly string[]; // [B]
  readonly rewards: Float64Array; // [B]
}

/** The training problems of a step: a pure function of seed and step. */
export function problemsOf(context: CollectContext, count: number, step: number): Problem[] {
  const { task, config } = context;
  const key = { seed: config.start.seed, stream: Streams.prompts, step };
  return Array.from({ length: count }, (_, row) => task.problem(rngFor(key, row), "train", config.taskParams));
}

/** Samples `groupSize` completions for each problem and lets the verifier judge them. */
export async function sampleGroups(
  context: CollectContext,
  distinct: readonly Problem[],
  step: number,
  weights: WeightsName = "current",
): Promise<Sampled> {
  const { policy, task, config } = context;
  const { groupSize, temperature, topP } = config.rollouts;
  const problems = distinct.flatMap((problem) => Array.from({ length: groupSize }, () => problem));
  const prompts = packPrompts(problems.map((problem) => problem.prompt));
  const rollouts = await policy.sample(prompts, {
    maxNewTokens: task.limits(config.taskParams).completion + 1,
    temperature,
    topP,
    key: { seed: config.start.seed, stream: Streams.rollouts, step },
    weights,
  });
  const completions = completionsOf(rollouts);
  // A completion that never ended has no answer, whatever it happens to say.
  const rewards = Float64Array.from(problems, (problem, row) =>
    rollouts.ended[row] ? task.verify(problem, completions[row]!, config.taskParams) : 0,
  );
  return { prompts, rollouts, problems, completions, rewards };
}
