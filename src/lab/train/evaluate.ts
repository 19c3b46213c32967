import type { RunConfig } from "../experiment/config.ts";
import { problemsPerKind } from "../experiment/problems.ts";
import { type Answers, answersTo } from "../feeds/answers.ts";
import { demonstration, sourceOf } from "../feeds/demonstrations.ts";
import { packExamples, packWritten } from "../feeds/encode.ts";
import type { Metrics } from "../objectives/objective.ts";
import { countScored } from "../policy/microBatches.ts";
import type { Policy, Rollouts } from "../policy/policy.ts";
import { type Judge, judged } from "../rewards/judgement.ts";
import { rngFor, Streams } from "../rng.ts";
import { type Problem, type Split, type Task, tokenizerOf } from "../tasks/task.ts";
import { cllMetrics } from "./ddtLive.ts";
import type { Sample } from "./report.ts";
import { shownProblems } from "./shownProblems.ts";

export interface Evaluation {
  readonly metrics: Metrics;
  readonly samples: readonly Sample[];
}

/** Completions shown after an evaluation. */
const SHOWN = 8;

/** Steps of the sampling key between two answers to one problem: more than a run can have. */
const NEXT_ANSWER = 2 ** 20;

/**
 * Accuracy on held-out problems, in and out of distribution, always the same problems: `eval/accuracy` greedy,
 * `eval/accuracy_sampled` at temperature 1, and with `evalSamples` k above 1 `eval/pass_at_k`, the share of problems with a
 * right one among k sampled answers; `eval/ood/…` likewise, and `eval/…/<kind>` for a task of several kinds. From the sampled
 * completions: entropy, length, CLL (`eval/cll/own/…`), the k3 estimate of KL(π‖start) as `kl/start`, and where answers are
 * in good or bad taste their true utility as `eval/gold/mean`, whatever kinds the run trains on. From held-out
 * demonstrations in the run's style: `eval/nll`, their mean negative log-likelihood. `eval/reward` is the verifier's opinion, or what
 * `judge` says where there is one.
 */
export async function evaluate(
  policy: Policy,
  task: Task,
  config: RunConfig,
  step: number,
  judge?: Judge,
): Promise<Evaluation> {
  const metrics: Record<string, number> = {};
  const samples: Sample[] = [];
  const splits: Split[] = config.evaluation.evalOod && !task.given?.lacksOod ? ["id", "ood"] : ["id"];
  const exam: Exam = { policy, task, config, step };
  for (const split of splits) {
    const name = split === "id" ? "eval" : "eval/ood";
    const problems = heldOut(task, config, split);
    const greedy = await answer(exam, problems, 0);
    metrics[`${name}/accuracy`] = accuracy(greedy.rewards);
    const sampled = await answer(exam, problems, 1);
    metrics[`${name}/accuracy_sampled`] = accuracy(sampled.rewards);
    const best = await bestOf(exam, problems, sampled);
    if (best) metrics[`${name}/pass_at_k`] = accuracy(best);
    samples.push(...(await shownSamples(exam, problems, greedy, split, judge)));
    if (split === "id") {
      Object.assign(metrics, ofSampled(sampled.rollouts));
      metrics["eval/reward"] = mean(judge ? await rewardsOf(judge, problems, sampled) : sampled.rewards);
      metrics["eval/unique_outputs"] = new Set(sampled.completions).size;
      Object.assign(metrics, goldOf(task, problems, sampled));
      Object.assign(metrics, await ofWritten(policy, sampled));
    }
  }
  // The gold utility of the problems above stands where they have one.
  for (const [key, value] of Object.entries(await byKind(exam))) metrics[key] ??= value;
  metrics["eval/nll"] = await heldOutNll(policy, task, config);
  return { metrics, samples };
}

/** The greedy answers of the present weights to `count` held-out problems: of those whose answers {@link evaluate} shows, the first. */
export async function heldOutAnswers(policy: Policy, task: Task, config: RunConfig, count: number): Promise<Sample[]> {
  const all = heldOut(task, config, "id");
  const problems = shownProblems(all, config, count).map((at) => all[at]!);
  const greedy = await answer({ policy, task, config, step: 0 }, problems, 0);
  return greedy.completions.map((completion, row) => sampleOf(greedy, problems, completion, row, "id"));
}

/** What every answer of one evaluation has in common. */
interface Exam {
  readonly policy: Policy;
  readonly task: Task;
  readonly config: RunConfig;
  readonly step: number;
}

interface Verified extends Answers {
  readonly rewards: Float64Array;
}

/** The problems of one evaluation, the same at every step. */
export function heldOut(task: Task, config: RunConfig, split: Split): Problem[] {
  const key = { seed: config.start.seed, stream: Streams.evaluation, step: split === "id" ? 0 : 1 };
  const count = config.evaluation.evalProblems;
  const given = task.given?.problems(split);
  // Of a data set each once, as many as there are.
  if (given && given.length > 0) return given.slice(0, count);
  return Array.from({ length: count }, (_, row) => task.problem(rngFor(key, row), split, config.taskParams));
}

/** One answer to each problem; a `round` above 0 draws others at the same temperature. */
async function answer(exam: Exam, problems: readonly Problem[], temperature: number, round = 0): Promise<Verified> {
  const { policy, task, config, step } = exam;
  const { prompts, rollouts, completions } = await answersTo(policy, task, config.taskParams, problems, {
    temperature,
    topP: 1,
    key: { seed: config.start.seed, stream: Streams.evaluationSampling, step: step + round * NEXT_ANSWER },
  });
  const rewards = Float64Array.from(problems, (problem, row) =>
    rollouts.ended[row] ? task.verify(problem, completions[row]!, config.taskParams) : 0,
  );
  return { prompts, rollouts, completions, rewards };
}

/** The best reward of each problem among k sampled answers, the first of which are at hand; undefined for k = 1. */
async function bestOf(exam: Exam, problems: readonly Problem[], first: Verified): Promise<Float64Array | undefined> {
  const { evalSamples } = exam.config.evaluation;
  if (evalSamples === 1) return undefined;
  const best = Float64Array.from(first.rewards);
  for (let round = 1; round < evalSamples; round++) {
    const { rewards } = await answer(exam, problems, 1, round);
    rewards.forEach((reward, row) => {
      best[row] = Math.max(best[row]!, reward);
    });
  }
  return best;
}

/** The greedy answers that are shown, each with its verdict and, where a judge is given, the parts of its reward. */
async function shownSamples(
  { config }: Exam,
  problems: readonly Problem[],
  greedy: Verified,
  split: Split,
  judge: Judge | undefined,
): Promise<Sample[]> {
  const samples = shownProblems(problems, config, SHOWN).map((row) => ({
    problem: problems[row]!,
    sample: sampleOf(greedy, problems, greedy.completions[row]!, row, split),
  }));
  if (!judge) return samples.map(({ sample }) => sample);
  return judged(judge, () =>
    samples.map(({ problem, sample }) => ({ ...sample, ...judge.judge(problem, sample.completion, sample.ended) })),
  );
}

/** What a judge says of the answers. */
async function rewardsOf(judge: Judge, problems: readonly Problem[], answers: Verified): Promise<Float64Array> {
  const { completions, rollouts } = answers;
  return judged(judge, () =>
    Float64Array.from(problems, (problem, row) => {
      return judge.judge(problem, completions[row]!, rollouts.ended[row] === 1).reward;
    }),
  );
}

function sampleOf(
  answers: Verified,
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

/**
 * Accuracies of every kind of a task made of several, those that the run does not train on included: forgetting. The gold
 * utility of the kinds that have one.
 */
async function byKind(exam: Exam): Promise<Metrics> {
  const { task, config } = exam;
  const kinds = task.kinds?.(config.taskParams) ?? [];
  if (kinds.length < 2) return {};
  const each = problemsPerKind(config);
  const problems = kinds.flatMap((kind, index) => {
    const key = { seed: config.start.seed, stream: Streams.evaluation, step: 2 + index };
    return Array.from({ length: each }, (_, row) => task.problemOf!(kind, rngFor(key, row), "id", config.taskParams));
  });
  const greedy = await answer(exam, problems, 0);
  const sampled = await answer(exam, problems, 1);
  const best = await bestOf(exam, problems, sampled);
  const ofKind = (name: string, rewards: Float64Array) =>
    kinds.map((kind, index) => [`${name}/${kind}`, accuracy(rewards.subarray(index * each, (index + 1) * each))]);
  return {
    ...Object.fromEntries([
      ...ofKind("eval/accuracy", greedy.rewards),
      ...ofKind("eval/accuracy_sampled", sampled.rewards),
      ...(best ? ofKind("eval/pass_at_k", best) : []),
    ]),
    ...goldOf(task, problems, sampled),
  };
}

function ofSampled({ entropy, lengths }: Rollouts): Metrics {
  const tokens = lengths.reduce((a, b) => a + b, 0);
  return {
    "eval/entropy": entropy.reduce((a, b) => a + b, 0) / Math.max(1, tokens),
    "eval/mean_length": tokens / Math.max(1, lengths.length),
  };
}

/** `eval/gold/mean`, the true utility of answers to the problems that have one. */
function goldOf({ style }: Task, problems: readonly Problem[], { completions }: Verified): Metrics {
  const utilities = completions.flatMap((completion, row) =>
    style?.kinds.includes(problems[row]!.kind) ? [style.utility(problems[row]!, completion)] : [],
  );
  return utilities.length > 0 ? { "eval/gold/mean": mean(Float64Array.from(utilities)) } : {};
}

/** What the policy and the starting one say of the sampled completions: `eval/cll/own/…` and `kl/start`. */
async function ofWritten(policy: Policy, { prompts, rollouts }: Verified): Promise<Metrics> {
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
  // Without the mixed-in ones: how likely right answers in the demonstrations' style are.
  const { flawedShare, nativeShare, ...source } = sourceOf(config, "id");
  const rows = Array.from({ length: count }, (_, index) => demonstration(task, config.taskParams, source, index));
  const sequences = packExamples(tokenizerOf(task), rows);
  const { logp } = await policy.score(sequences);
  const tokens = countScored(sequences.mask);
  return -logp.reduce((a, b) => a + b, 0) / tokens;
}

const accuracy = (rewards: Float64Array) =>
  rewards.reduce((n, reward) => n + (reward === 1 ? 1 : 0), 0) / Math.max(1, rewards.length);
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
