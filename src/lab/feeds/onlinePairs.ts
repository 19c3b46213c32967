import type { CollectContext, FeedBatch } from "./batch.ts";
import { type Feed, newestBatch } from "./feed.ts";
import { batchContents, freshPairs } from "./pairs.ts";
import { problemsOf, sampleGroups } from "./sampling.ts";

/** Preference pairs of completions by the generator as it was last synchronised; browsed are those of the newest update. */
export const onlinePairs: Feed = {
  name: "onlinePairs",
  collect,
  async contents(state) {
    const newest = newestBatch(state, "onlinePairs");
    return newest && batchContents(state.context, newest.batch, newest.update.step);
  },
};

async function collect(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { prompts } = config.rollouts;
  const weights = config.pairs.syncEvery === 1 ? "current" : "behaviour";
  const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step, weights);
  return freshPairs(context, "onlinePairs", sampled);
}
