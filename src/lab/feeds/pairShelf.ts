import type { FeedBatch } from "../train/batch.ts";
import { batchAnswers } from "./batchAnswers.ts";
import { collectOfflinePairs, pairIndices, pairSet, pairsOf } from "./pairs.ts";
import { withScores } from "./scored.ts";
import { answerOf, placed, type Shelf, type Stock } from "./shelf.ts";

/** The fixed set of offline pairs; where pairs are written anew for every update, those of the newest, before it those of the first. */
export async function offlinePairShelf(stock: Stock): Promise<Shelf | undefined> {
  const { context, last } = stock;
  if (context.config.pairs.pairSource === "generator") {
    const made = last?.batches.find(({ feed }) => feed === "offlinePairs");
    if (made) return batchShelf(stock, made, last!.step);
    // A pure function of the starting policy: the first update will meet the same pairs.
    return context.step === 1 ? batchShelf(stock, await collectOfflinePairs(context), 1) : undefined;
  }
  const set = await pairSet(context);
  return {
    count: set.length,
    groupSize: 1,
    prompts: context.config.pairs.pairCount,
    item(index) {
      const { chosen, rejected } = set[index]!;
      const answers = [answerOf(context, "chosen", chosen), answerOf(context, "rejected", rejected)];
      return { index, prompt: chosen.problem.prompt, answers };
    },
    async open(now, index) {
      const { indices, row } = placed(pairIndices(now, set), index);
      return { batch: await pairsOf(now, set, indices), row };
    },
  };
}

/** The pairs that the newest update was made on. */
export function onlinePairShelf(stock: Stock): Shelf | undefined {
  const made = stock.last?.batches.find(({ feed }) => feed === "onlinePairs");
  return made && batchShelf(stock, made, stock.last!.step);
}

function batchShelf({ context }: Stock, batch: FeedBatch, step: number): Shelf {
  const [chosen, rejected] = batch.parts.map(batchAnswers);
  return {
    count: chosen?.length ?? 0,
    groupSize: 1,
    step,
    prompts: batch.prompts,
    item(index) {
      const better = chosen![index]!;
      const answers = [answerOf(context, "chosen", better), answerOf(context, "rejected", rejected![index]!)];
      return { index, prompt: better.problem.prompt, answers };
    },
    async open(now, index) {
      return { batch: { ...batch, parts: await withScores(now, batch.parts) }, row: index };
    },
  };
}
