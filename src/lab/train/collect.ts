import type { CollectContext, FeedBatch } from "../feeds/batch.ts";
import { FEEDS } from "../feeds/index.ts";
import type { FeedName } from "../objectives/objective.ts";

/** The batches of the feeds that an objective asks for, and of no others. */
export async function collect(context: CollectContext, feeds: readonly FeedName[]): Promise<FeedBatch[]> {
  const batches: FeedBatch[] = [];
  for (const feed of feeds) batches.push(await FEEDS[feed].collect(context));
  return batches;
}
