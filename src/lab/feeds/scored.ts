import type { Batch, CollectContext, FeedBatch } from "./batch.ts";

/** Adds what the objective needs of other weights: log-probabilities under the reference, and before the first update. */
export async function withScores(context: CollectContext, batches: readonly Batch[]): Promise<Batch[]> {
  const { policy, needs, reference } = context;
  const out: Batch[] = [];
  for (const batch of batches) {
    let tokens = batch.tokens;
    if (needs.includes("reference") && batch.sequences.rows > 0) {
      tokens = { ...tokens, refLogp: (await policy.score(batch.sequences, reference)).logp };
    }
    if (needs.includes("old") && tokens.oldLogp === undefined && batch.sequences.rows > 0) {
      tokens = { ...tokens, oldLogp: (await policy.score(batch.sequences)).logp };
    }
    out.push({ ...batch, tokens });
  }
  return out;
}

/** Batches that were collected before, with what the objective has come to need since: a live setting may ask for a reference. */
export async function completed(context: CollectContext, batches: readonly FeedBatch[]): Promise<FeedBatch[]> {
  const lacks = ({ sequences, tokens }: Batch) =>
    sequences.rows > 0 &&
    ((context.needs.includes("reference") && !tokens.refLogp) || (context.needs.includes("old") && !tokens.oldLogp));
  const out: FeedBatch[] = [];
  for (const batch of batches) {
    out.push(batch.batches.some(lacks) ? { ...batch, batches: await withScores(context, batch.batches) } : batch);
  }
  return out;
}
