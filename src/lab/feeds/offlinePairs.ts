import { Streams } from "../rng.ts";
import { RunError } from "../runError.ts";
import type { GivenAnswer } from "../tasks/task.ts";
import type { CollectContext, FeedBatch, PreferencePair } from "./batch.ts";
import { batchIndices } from "./demonstrations.ts";
import { type Feed, type FeedContents, type FeedState, newestBatch, placed } from "./feed.ts";
import { batchContents, batchOf, freshPairs, pairItem, pairsIn } from "./pairs.ts";
import { problemsOf, sampleGroups } from "./sampling.ts";

/** Prompts sampled at once while a fixed set is made, to bound the memory of one sampling call. */
const CHUNK = 32;

/** Preference pairs by the policy that the phase began with: fresh ones at every step, or from one set made before the first. */
export const offlinePairs: Feed = { name: "offlinePairs", collect, contents };

async function collect(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { prompts } = config.rollouts;
  if (config.pairs.pairSource === "generator" && !hasGiven(context)) {
    const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step, context.origin);
    return freshPairs(context, "offlinePairs", sampled);
  }
  const set = await pairSet(context);
  return pairsOf(context, set, pairIndices(context, set));
}

/** The fixed set; where pairs are written anew for every update, those of the newest, before it those of the first. */
async function contents(state: FeedState): Promise<FeedContents | undefined> {
  const { context } = state;
  if (context.config.pairs.pairSource === "generator" && !hasGiven(context)) {
    const newest = newestBatch(state, "offlinePairs");
    if (newest) return batchContents(context, newest.batch, newest.update.step);
    // A pure function of the starting policy: the first update will meet the same pairs.
    return context.step === 1 ? batchContents(context, await collect(context), 1) : undefined;
  }
  const set = await pairSet(context);
  return {
    count: set.length,
    groupSize: 1,
    prompts: hasGiven(context) ? set.length : context.config.pairs.pairCount,
    item(index) {
      const { chosen, rejected } = set[index]!;
      return pairItem(index, chosen, rejected);
    },
    async open(now, index) {
      const { indices, row } = placed(pairIndices(now, set), index);
      return { batch: await pairsOf(now, set, indices), row };
    },
  };
}

/** The fixed set of a run's offline pairs, made once. */
async function pairSet(context: CollectContext): Promise<readonly PreferencePair[]> {
  context.memo.pairSet ??= hasGiven(context) ? givenPairs(context) : await fixedSet(context);
  return context.memo.pairSet;
}

/** Which pairs of the fixed set the update of the context's step takes. */
function pairIndices({ config, step }: CollectContext, set: readonly PreferencePair[]): number[] {
  const size = Math.min(config.rollouts.prompts, set.length);
  const key = { seed: config.start.seed, stream: Streams.shuffle, step: 1 };
  return size === 0 ? [] : batchIndices(set.length, size, step, key);
}

/** A batch of these pairs of the fixed set. */
function pairsOf(
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

/** Whether pairs or labels come with the data, so that nobody has to write any. */
const hasGiven = ({ task }: CollectContext) => task.given?.pairs !== undefined || task.given?.labelled !== undefined;

/**
 * The pairs of the data. Where they have labels for single answers instead, wanted and unwanted ones side by side, the shorter
 * list from its beginning again: KTO judges each by itself. @throws {RunError} for other algorithms, which compare
 */
function givenPairs(context: CollectContext): PreferencePair[] {
  const { task, step } = context;
  const judged = (answer: GivenAnswer, reward: number) => ({ ...answer, reward });
  const pairs = task.given?.pairs?.();
  if (pairs) return pairs.map(({ chosen, rejected }) => ({ chosen: judged(chosen, 1), rejected: judged(rejected, 0) }));
  if (!context.needs.includes("mismatched"))
    throw new RunError(
      step,
      "These data have labels for single answers, which KTO reads: pairs have chosen and rejected.",
    );
  const all = task.given?.labelled?.() ?? [];
  const [good, bad] = [all.filter(({ desirable }) => desirable), all.filter(({ desirable }) => !desirable)];
  return Array.from({ length: Math.max(good.length, bad.length) }, (_, at) => ({
    chosen: judged(good[at % good.length]!, 1),
    rejected: judged(bad[at % bad.length]!, 0),
  }));
}
