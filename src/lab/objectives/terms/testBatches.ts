import { type RandomKey, rngFor, Streams } from "../../rng.ts";
import type { FeedScores, Feeds, Objective, Pair, PairFeed, Scores, TokenFeed } from "../objective.ts";
import { type LogitScores, scoreLogits } from "./logitScores.ts";

/** Numbers for one `assign`, as the trainer would bring them. */
export interface Batch {
  readonly scores: Scores;
  readonly feeds: Feeds;
}

const ROWS = 4;
const LENGTH = 5;
const WORDS = 6;

/** Random logits, labels, masks, references and rewards for every feed. The last row of each is two tokens shorter. */
export function randomBatch(seed: number): Batch {
  const key: RandomKey = { seed, stream: Streams.tests, step: 0 };
  const rng = rngFor(key, 0);
  const mask = Float64Array.from({ length: ROWS * LENGTH }, (_, i) => (i >= ROWS * LENGTH - 2 ? 0 : 1));
  const side = (): { scores: FeedScores; feed: TokenFeed } => {
    const logits = Array.from(mask, () => Float64Array.from({ length: WORDS }, () => 4 * rng.next() - 2));
    const labels = Array.from(mask, () => rng.below(WORDS));
    const { logProbabilities: _, ...scores }: LogitScores = scoreLogits(logits, labels, mask, WORDS);
    const shifted = (by: number) => scores.logp.map((x, i) => (mask[i] ? x + by * (rng.next() - 0.5) : 0));
    const feed = {
      rows: ROWS,
      length: LENGTH,
      mask,
      oldLogp: shifted(0.6),
      refLogp: shifted(1.5),
      rewards: Float64Array.of(1, 0, 0, 1),
      groupSize: 2,
    };
    return { scores, feed };
  };
  const pair = (): { scores: Pair<FeedScores>; feed: PairFeed } => {
    const [chosen, rejected, other] = [side(), side(), side()];
    const mismatched = { logp: other.scores.logp, refLogp: other.feed.refLogp!.map((x) => x - 0.3), mask };
    return {
      scores: { chosen: chosen.scores, rejected: rejected.scores },
      feed: { chosen: chosen.feed, rejected: rejected.feed, prompts: 6, mismatched },
    };
  };
  const [demos, rollouts, offlinePairs, onlinePairs] = [side(), side(), pair(), pair()];
  return {
    scores: {
      demos: demos.scores,
      rollouts: rollouts.scores,
      offlinePairs: offlinePairs.scores,
      onlinePairs: onlinePairs.scores,
    },
    feeds: {
      demos: demos.feed,
      rollouts: rollouts.feed,
      offlinePairs: offlinePairs.feed,
      onlinePairs: onlinePairs.feed,
    },
  };
}

/** One set of token scores of a batch, e.g. `onlinePairs` `chosen`. */
export interface Place {
  readonly feed: keyof Scores;
  readonly side?: keyof Pair<unknown>;
}

export function placesOf(objective: Objective): Place[] {
  return objective.feeds.flatMap((feed): Place[] =>
    feed === "offlinePairs" || feed === "onlinePairs"
      ? [
          { feed, side: "chosen" },
          { feed, side: "rejected" },
        ]
      : [{ feed }],
  );
}

/** The part of a record of feeds that a place names. */
export function at<X>(record: Partial<Record<keyof Scores, X | Pair<X>>>, { feed, side }: Place): X {
  const found = record[feed]!;
  return side ? (found as Pair<X>)[side] : (found as X);
}

/** The batch with the scores and the feed of every place replaced. */
export function mapBatch(
  batch: Batch,
  objective: Objective,
  change: (scores: FeedScores, feed: TokenFeed, place: Place) => readonly [FeedScores, TokenFeed],
): Batch {
  const scores: Record<string, unknown> = { ...batch.scores };
  const feeds: Record<string, unknown> = { ...batch.feeds };
  for (const place of placesOf(objective)) {
    const changed = change(at(batch.scores, place), feedAt(batch.feeds, place), place);
    const { feed, side } = place;
    scores[feed] = side ? { ...(scores[feed] as object), [side]: changed[0] } : changed[0];
    feeds[feed] = side ? { ...(feeds[feed] as object), [side]: changed[1] } : changed[1];
  }
  return { scores, feeds } as unknown as Batch;
}

export function feedAt(feeds: Feeds, { feed, side }: Place): TokenFeed {
  const found = feeds[feed];
  return side ? (found as PairFeed)[side] : (found as TokenFeed);
}
