import { demoStyleOf, type RunConfig } from "../experiment/config.ts";
import { demonstration } from "../feeds/demonstrations.ts";
import { completionsOf, packExamples, packPrompts, packWritten } from "../feeds/encode.ts";
import type { Metrics } from "../objectives/objective.ts";
import type { Policy, Rollouts } from "../policy/policy.ts";
import { rngFor, Streams } from "../rng.ts";
import { isPolicyWriter } from "../settings.ts";
import type { Problem, Split, Task } from "../tasks/task.ts";
import { cllMetrics } from "./ddtLive.ts";
import type { Sample } from "./report.ts";

export interface Evaluation {
  readonly metrics: Metrics;
  readonly samples: readonly Sample[];
}

/** Completions shown after an evaluation. */
const SHOWN = 8;

/**
 * Greedy and sampled (temperature 1) accuracy on held-out problems, in and out of distribution, always the same
 * problems: `eval/accuracy`, `eval/accuracy_sampled`, `eval/ood/…`; for a task of several kinds also
 * `eval/accuracy/<kind>`. From the sampled completions: entropy, length, CLL (`eval/cll/own/…`), and the k3 estimate of
 * KL(π‖start) as `kl/start`. From held-out demonstrations in the run's style: `eval/nll`, their mean negative log-likelihood.
 */
export async function evaluate(policy: Policy, task: Task, config: RunConfig, step: number): Promise<Evaluation> {
  const metrics: Record<string, number> = {};
  const samples: Sample[] = [];
  const splits: Split[] = config.evaluation.evalOod ? ["id", "ood"] : ["id"];
  for (const split of splits) {
    const name = split === "id" ? "eval" : "eval/ood";
    const problems = heldOut(task, config, split);
    const greedy = await answer(policy, task, config, problems, 0, step);
    metrics[`${name}/accuracy`] = accuracy(greedy.rewards);
    const sampled = await answer(policy, task, config, problems, 1, step);
    metrics[`${name}/accuracy_sampled`] = accuracy(sampled.rewards);
    samples.push(
      ...greedy.completions
        .slice(0, SHOWN)
        .map((completion, row) => sampleOf(greedy, problems, completion, row, split)),
    );
    if (split === "id") {
      Object.assign(metrics, ofSampled(sampled.rollouts));
      metrics["eval/reward"] = mean(sampled.rewards);
      Object.assign(metrics, tasteOf(task, problems, sampled));
      Object.assign(metrics, await ofWritten(policy, sampled));
    }
  }
  Object.assign(metrics, await byKind(policy, task, config, step));
  metrics["eval/nll"] = await heldOutNll(policy, task, config);
  return { metrics, samples };
}

interface Answers {
  readonly prompts: ReturnType<typeof packPrompts>;
  readonly rollouts: Rollouts;
  readonly completions: readonly string[];
  readonly rewards: Float64Array;
}

function heldOut(task: Task, config: RunConfig, split: Split): Problem[] {
  const key = { seed: config.start.seed, stream: Streams.evaluation, step: split === "id" ? 0 : 1 };
  const count = config.evaluation.evalProblems;
  return Array.from({ length: count }, (_, row) => task.problem(rngFor(key, row), split, config.taskParams));
}

async function answer(
  policy: Policy,
  task: Task,
  config: RunConfig,
  problems: readonly Problem[],
  temperature: number,
  step: number,
): Promise<Answers> {
  const prompts = packPrompts(problems.map((problem) => problem.prompt));
  const rollouts = await policy.sample(prompts, {
    maxNewTokens: task.limits(config.taskParams).completion + 1,
    temperature,
    topP: 1,
    key: { seed: config.start.seed, stream: Streams.evaluationSampling, step },
  });
  const completions = completionsOf(rollouts);
  const rewards = Float64Array.from(problems, (problem, row) =>
    rollouts.ended[row] ? task.verify(problem, completions[row]!, config.taskParams) : 0,
  );
  return { prompts, rollouts, completions, rewards };
}

function sampleOf(
  answers: Answers,
  problems: readonly Problem[],
  completion: string,
  row: number,
  split: Split,
): Sample {
  return {
    prompt: problems[row]!.prompt,
    completion,
    reward: answers.rewards[row]!,
    ended: answers.rollouts.ended[row] === 1,
    split,
  };
}

/** Greedy accuracy of every kind of a task made of several, those that the run does not train on included: forgetting. */
async function byKind(policy: Policy, task: Task, config: RunConfig, step: number): Promise<Metrics> {
  const kinds = task.kinds?.(config.taskParams) ?? [];
  if (kinds.length < 2) return {};
  const each = Math.max(8, Math.floor(config.evaluation.evalProblems / kinds.length));
  const problems = kinds.flatMap((kind, index) => {
    const key = { seed: config.start.seed, stream: Streams.evaluation, step: 2 + index };
    return Array.from({ length: each }, (_, row) => task.problemOf!(kind, rngFor(key, row), "id", config.taskParams));
  });
  const { rewards } = await answer(policy, task, config, problems, 0, step);
  return Object.fromEntries(
    kinds.map((kind, index) => [`eval/accuracy/${kind}`, accuracy(rewards.subarray(index * each, (index + 1) * each))]),
  );
}

function ofSampled({ entropy, lengths }: Rollouts): Metrics {
  const tokens = lengths.reduce((a, b) => a + b, 0);
  return {
    "eval/entropy": entropy.reduce((a, b) => a + b, 0) / Math.max(1, tokens),
    "eval/mean_length": tokens / Math.max(1, lengths.length),
  };
}

/** `eval/gold/mean`, the true utility of sampled answers where they have a style, and `eval/unique_outputs` of them. */
function tasteOf({ style }: Task, problems: readonly Problem[], { completions }: Answers): Metrics {
  const utilities = completions.flatMap((completion, row) =>
    style?.kinds.includes(problems[row]!.kind) ? [style.utility(problems[row]!, completion)] : [],
  );
  const unique = { "eval/unique_outputs": new Set(completions).size };
  return utilities.length > 0 ? { ...unique, "eval/gold/mean": mean(Float64Array.from(utilities)) } : unique;
}

/** What the policy and the starting one say of the sampled completions: `eval/cll/own/…` and `kl/start`. */
async function ofWritten(policy: Policy, { prompts, rollouts }: Answers): Promise<Metrics> {
  const { sequences } = packWritten(prompts, rollouts);
  const { mask } = sequences;
  const now = await policy.score(sequences);
  const start = await policy.score(sequences, "start");
  return { ...cllMetrics([{ scores: now, mask }], "eval/cll/own/"), "kl/start": k3(now.logp, start.logp, mask) };
}

/** k3 of Schulman, "Approximating KL divergence" (2020): exp(d) − d − 1 with d = log start − log π; never negative. */
function k3(now: Float32Array, start: Float32Array, mask: Float32Array): number {
  let total = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const d = start[i]! - now[i]!;
    total += Math.exp(d) - d - 1;
    count++;
  }
  return total / Math.max(1, count);
}

async function heldOutNll(policy: Policy, task: Task, config: RunConfig): Promise<number> {
  const count = Math.min(64, config.evaluation.evalProblems);
  const { seed } = config.start;
  const written = demoStyleOf(config);
  // What the policy wrote itself is in its own manner.
  const style = isPolicyWriter(written) ? "native" : written;
  const source = { style, seed, split: "id" } as const;
  const rows = Array.from({ length: count }, (_, index) => demonstration(task, config.taskParams, source, index));
  const sequences = packExamples(rows);
  const { logp } = await policy.score(sequences);
  const tokens = sequences.mask.reduce((a, b) => a + b, 0);
  return -logp.reduce((a, b) => a + b, 0) / tokens;
}

const accuracy = (rewards: Float64Array) =>
  rewards.reduce((n, reward) => n + (reward === 1 ? 1 : 0), 0) / Math.max(1, rewards.length);
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
