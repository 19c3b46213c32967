import type { FeedName, Metrics } from "../objectives/objective.ts";
import type { Candidate, Sample, TokenRow } from "./tokenRow.ts";

/** Items of a feed that somebody wants to see. */
export interface FeedQuery {
  readonly feed: FeedName;
  /** Place of the first among all items, or among those found, counted from 0. */
  readonly from: number;
  /** At most {@link MOST_ITEMS}. */
  readonly count: number;
  /** Only items that hold this text in their prompt or in an answer. */
  readonly search?: string;
}

/** Items on one page: thousands would cost the page more than anybody reads. */
export const MOST_ITEMS = 64;
/** Items of an endless feed that are searched. */
export const MOST_SEARCHED = 2000;

/** One completion of a feed's item, and what it earns. */
export interface FeedAnswer extends Pick<Sample, "reward" | "judge" | "correct" | "utility" | "parts" | "ended"> {
  /** Who wrote it or what it is for: expert, native, own, chosen, rejected, … */
  readonly writer: string;
  readonly completion: string;
  /** Against its group, where the algorithm takes one. */
  readonly advantage?: number;
}

/** A demonstration, a pair or a rollout. */
export interface FeedItem {
  /** Its place in the feed, counted from 0. */
  readonly index: number;
  readonly prompt: string;
  /** What trains first; a demonstration may have the policy's own manner of answering beside it, which does not train. */
  readonly answers: readonly FeedAnswer[];
}

export interface FeedPage {
  readonly feed: FeedName;
  /** Items of the feed; infinite for a series without end. */
  readonly total: number;
  /** Items that a search found; the total without one. */
  readonly found: number;
  readonly from: number;
  readonly items: readonly FeedItem[];
  /** So many items in a row answer one prompt. */
  readonly groupSize: number;
  /** The update whose batch this is; absent where the feed is one set for all of them. */
  readonly step?: number;
  /** Prompts that were asked for this batch of pairs, those without a pair included. */
  readonly prompts?: number;
}

/** Why there is nothing to see: the algorithm does not read the feed, no update has filled it, or a sentence of the lab. */
export interface EmptyFeed {
  readonly feed: FeedName;
  readonly empty: "unused" | "untrained" | { readonly issue: string };
}

/** An item read by the present weights. */
export interface OpenedItem {
  readonly feed: FeedName;
  readonly index: number;
  /** Updates made: the weights that read it. */
  readonly step: number;
  /** With the credit that the next update would give it; for a pair, chosen and rejected. */
  readonly rows: readonly TokenRow[];
  /** Of every token of every row, best first. */
  readonly candidates: readonly (readonly (readonly Candidate[])[])[]; // [row][t]
  /** The objective's, for the batch that the item was read in: µ and the like. */
  readonly metrics: Metrics;
}
