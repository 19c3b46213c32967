import type { FeedName } from "../objectives/objective.ts";
import type { Judge, Judgement } from "../rewards/judgement.ts";
import type { Answer, CollectContext, FeedBatch } from "./batch.ts";
import type { FeedAnswer, FeedItem } from "./feedPage.ts";
import type { TokenRow } from "./tokenRow.ts";

/** One source of training sequences: what an update reads of it, and what the page shows of it. */
export interface Feed {
  readonly name: FeedName;
  /** The batch for the update of the context's step. */
  collect(context: CollectContext): Promise<FeedBatch>;
  /** The items of the feed for browsing; undefined until an update has filled it. Changes nothing that trains. */
  contents(state: FeedState): Promise<FeedContents | undefined>;
}

/** An answer of an item that nobody has judged: a judge may take long, and a search reads every item. */
interface WrittenAnswer extends Omit<Answer, "reward">, Pick<FeedAnswer, "writer" | "advantage"> {}

/** A {@link FeedItem} before it is judged. */
export interface WrittenItem extends Omit<FeedItem, "answers"> {
  readonly answers: readonly WrittenAnswer[];
}

/** The items of one feed, in order. */
export interface FeedContents {
  /** Infinite for a series without end. */
  readonly count: number;
  readonly groupSize: number;
  /** See {@link FeedPage}. */
  readonly step?: number;
  readonly prompts?: number;
  item(index: number): WrittenItem;
  /** A batch for the context's update in which the item stands, and its row there. */
  open(context: CollectContext, index: number): Promise<{ readonly batch: FeedBatch; readonly row: number }>;
}

/** An update that was made, as a feed needs it. */
interface MadeUpdate {
  readonly step: number;
  readonly batches: readonly FeedBatch[];
  /** One row of a batch with the credit that trained it. */
  row(batch: string, row: number): TokenRow;
}

/** What contents are made from: the context of the next update, and the newest one that was made. */
export interface FeedState {
  readonly context: CollectContext;
  readonly last: MadeUpdate | undefined;
}

/** An item as the page shows it, judged as in training. */
export function itemOf(judge: Judge, { answers, ...item }: WrittenItem): FeedItem {
  return { ...item, answers: answers.map((answer) => answerOf(judge, answer)) };
}

function answerOf(judges: Judge, { writer, problem, completion, ended = true, advantage }: WrittenAnswer): FeedAnswer {
  const { reward, correct, judge, utility, parts }: Judgement = judges.judge(problem, completion, ended);
  const more = { ...(utility !== undefined && { utility }), ...(parts && { parts }) };
  return { writer, completion, ended, reward, correct, judge, ...more, ...(advantage !== undefined && { advantage }) };
}

/** Indices of a batch in which `index` stands, and its place there; where it does not, it takes the first place. */
export function placed(
  indices: readonly number[],
  index: number,
): { readonly indices: readonly number[]; readonly row: number } {
  const row = indices.indexOf(index);
  return row >= 0 ? { indices, row } : { indices: [index, ...indices.slice(1)], row: 0 };
}

/** The batch of the newest update for one feed, with its step; undefined before the first. */
export function newestBatch(
  { last }: FeedState,
  name: FeedName,
): { readonly batch: FeedBatch; readonly update: MadeUpdate } | undefined {
  const batch = last?.batches.find(({ feed }) => feed === name);
  return last && batch && { batch, update: last };
}
