import type { Verdict } from "../rewards/judge.ts";
import type { Answer, CollectContext, FeedBatch } from "../train/batch.ts";
import type { Update } from "../train/update.ts";
import type { FeedAnswer, FeedItem } from "./feedPage.ts";
import { judgeOf } from "./sampling.ts";

/** One feed as something that can be leafed through. */
export interface Shelf {
  /** Infinite for a series without end. */
  readonly count: number;
  readonly groupSize: number;
  /** See {@link FeedPage}. */
  readonly step?: number;
  readonly prompts?: number;
  item(index: number): FeedItem;
  /** A batch for the context's update in which the item stands, and its row there. */
  open(context: CollectContext, index: number): Promise<{ readonly batch: FeedBatch; readonly row: number }>;
}

/** What a shelf is made from: the context of the next update, and the newest one that was made. */
export interface Stock {
  readonly context: CollectContext;
  readonly last: Update | undefined;
}

/** A completion as the page shows it, judged as in training. */
export function answerOf(
  context: CollectContext,
  writer: string,
  { problem, completion, ended = true }: Omit<Answer, "reward">,
): FeedAnswer {
  const { reward, correct, judge, utility }: Verdict = judgeOf(context).judge(problem, completion, ended);
  return { writer, completion, ended, reward, correct, judge, ...(utility !== undefined && { utility }) };
}

/** Where `index` stands in a batch; where it does not, it takes the first place. */
export function placed(
  indices: readonly number[],
  index: number,
): { readonly indices: readonly number[]; readonly row: number } {
  const row = indices.indexOf(index);
  return row >= 0 ? { indices, row } : { indices: [index, ...indices.slice(1)], row: 0 };
}
