import type { FeedName, Metrics } from "../objectives/objective.ts";
import type { Verdict } from "../rewards/judge.ts";
import { rngFor, Streams } from "../rng.ts";
import type { Answer, CollectContext, FeedBatch, Part, PreferencePair } from "../train/batch.ts";
import type { Sample } from "../train/report.ts";
import { completionMetrics, samplesOf } from "./completions.ts";
import { batchIndices } from "./demonstrations.ts";
import { packExamples } from "./encode.ts";
import { choosePair, type PairRule } from "./pairRule.ts";
import { problemsOf, type Sampled, sampleGroups } from "./sampling.ts";
import { withScores } from "./scored.ts";

/** Prompts sampled at once while a fixed set is made, to bound the memory of one sampling call. */
const CHUNK = 32;

/** Pairs from the generator as it was last synchronised. */
export async function collectOnlinePairs(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { prompts } = config.rollouts;
  const weights = config.pairs.syncEvery === 1 ? "current" : "behaviour";
  const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step, weights);
  return freshPairs(context, "onlinePairs", sampled);
}

/** Pairs from the policy that the phase began with: fresh ones at every step, or from one set made before the first. */
export async function collectOfflinePairs(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { prompts } = config.rollouts;
  if (config.pairs.pairSource === "generator") {
    const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step, context.origin);
    return freshPairs(context, "offlinePairs", sampled);
  }
  const set = await pairSet(context);
  return pairsOf(context, set, pairIndices(context, set));
}

/** The fixed set of a run's offline pairs, made once. */
export async function pairSet(context: CollectContext): Promise<readonly PreferencePair[]> {
  context.memo.pairSet ??= await fixedSet(context);
  return context.memo.pairSet;
}

/** Which pairs of the fixed set the update of the context's step takes. */
export function pairIndices({ config, step }: CollectContext, set: readonly PreferencePair[]): number[] {
  const size = Math.min(config.rollouts.prompts, set.length);
  const key = { seed: config.start.seed, stream: Streams.shuffle, step: 1 };
  return size === 0 ? [] : batchIndices(set.length, size, step, key);
}

/** A batch of these pairs of the fixed set. */
export function pairsOf(
  context: CollectContext,
  set: readonly PreferencePair[],
  indices: readonly number[],
): Promise<FeedBatch> {
  const pairs = indices.map((index) => set[index]!);
  return batchOf(context, "offlinePairs", pairs, pairs.length, { "pairs/in_set": set.length }, [], 0);
}

/** A pure function of the starting weights and the seed, so that a resumed run makes the same set again. */
async function fixedSet(context: CollectContext): Promise<PreferencePair[]> {
  const { pairCount } = context.config.pairs;
  const set: PreferencePair[] = [];
  for (let chunk = 0; chunk * CHUNK < pairCount; chunk++) {
    const problems = problemsOf(context, Math.min(CHUNK, pairCount - chunk * CHUNK), chunk);
    set.push(...pairsIn(context, await sampleGroups(context, problems, chunk, context.origin), chunk));
  }
  return set;
}

function freshPairs(context: CollectContext, feed: FeedName, sampled: Sampled): Promise<FeedBatch> {
  const { prompts } = context.config.rollouts;
  const pairs = pairsIn(context, sampled, context.step);
  const metrics = { ...completionMetrics(sampled), "pairs/valid_frac": pairs.length / prompts };
  const tokens = sampled.rollouts.lengths.reduce((a, b) => a + b, 0);
  return batchOf(context, feed, pairs, prompts, metrics, samplesOf(sampled), tokens);
}

function pairsIn(context: CollectContext, sampled: Sampled, step: number): PreferencePair[] {
  const { groupSize } = context.config.rollouts;
  const answer = (row: number): Answer => ({
    problem: sampled.problems[row]!,
    completion: sampled.completions[row]!,
    ended: sampled.rollouts.ended[row] === 1,
    reward: sampled.rewards[row]!,
  });
  const pairs: PreferencePair[] = [];
  for (let first = 0, group = 0; first < sampled.rewards.length; first += groupSize, group++) {
    const rng = rngFor({ seed: context.config.start.seed, stream: Streams.pairs, step }, group);
    const pair = choosePair(...groupOf(context, sampled.verdicts.slice(first, first + groupSize)), rng);
    if (pair) pairs.push({ chosen: answer(first + pair.chosen), rejected: answer(first + pair.rejected) });
  }
  return pairs;
}

/** What a group's pair is chosen by. A score has no right and wrong: there it is always the best over the worst. */
function groupOf(context: CollectContext, verdicts: readonly Verdict[]): [number[], PairRule] {
  if (verdicts[0]?.judge === "verifier") {
    return [verdicts.map(({ correct }) => correct), context.config.pairs.pairRule];
  }
  return [verdicts.map(({ reward }) => reward), "best-worst"];
}

async function batchOf(
  context: CollectContext,
  feed: FeedName,
  pairs: readonly PreferencePair[],
  prompts: number,
  metrics: Metrics,
  samples: readonly Sample[],
  sampledTokens: number,
): Promise<FeedBatch> {
  const both = [...pairs.map((pair) => pair.chosen), ...pairs.map((pair) => pair.rejected)];
  const length = packExamples(both).length;
  const parts = await withScores(context, [
    partOf(`${feed}/chosen`, both.slice(0, pairs.length), length),
    partOf(`${feed}/rejected`, both.slice(pairs.length), length),
  ]);
  return { feed, parts, prompts, metrics, samples, sampledTokens };
}

function partOf(name: string, answers: readonly Answer[], length: number): Part {
  const sequences = packExamples(answers, length);
  return {
    name,
    sequences,
    tokens: {
      rows: sequences.rows,
      length: sequences.length - 1,
      mask: sequences.mask,
      rewards: Float64Array.from(answers, (answer) => answer.reward),
    },
    problems: answers.map((answer) => answer.problem),
    completions: answers.map((answer) => answer.completion),
  };
}
