import { collectDemos } from "../feeds/demos.ts";
import { collectOfflinePairs, collectOnlinePairs } from "../feeds/pairs.ts";
import { collectRollouts } from "../feeds/rollouts.ts";
import type { FeedName } from "../objectives/objective.ts";
import type { CollectContext, FeedBatch } from "./batch.ts";

/** One collector per feed. */
const COLLECTORS: Readonly<Record<FeedName, (context: CollectContext) => Promise<FeedBatch>>> = {
  demos: collectDemos,
  rollouts: collectRollouts,
  offlinePairs: collectOfflinePairs,
  onlinePairs: collectOnlinePairs,
};

/** Builds the feeds that an objective asks for, and no others. */
export async function collect(context: CollectContext, feeds: readonly FeedName[]): Promise<FeedBatch[]> {
  const batches: FeedBatch[] = [];
  for (const feed of feeds) batches.push(await COLLECTORS[feed](context));
  return batches;
}
