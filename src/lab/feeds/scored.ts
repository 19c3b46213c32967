import type { CollectContext, FeedBatch, Part } from "../train/batch.ts";

/** Adds what the objective needs of other weights: log-probabilities under the reference, and before the first update. */
export async function withScores(context: CollectContext, parts: readonly Part[]): Promise<Part[]> {
  const { policy, needs, reference } = context;
  const out: Part[] = [];
  for (const part of parts) {
    let tokens = part.tokens;
    if (needs.includes("reference") && part.sequences.rows > 0) {
      tokens = { ...tokens, refLogp: (await policy.score(part.sequences, reference)).logp };
    }
    if (needs.includes("old") && tokens.oldLogp === undefined && part.sequences.rows > 0) {
      tokens = { ...tokens, oldLogp: (await policy.score(part.sequences)).logp };
    }
    out.push({ ...part, tokens });
  }
  return out;
}

/** Batches that were collected before, with what the objective has come to need since: a live setting may ask for a reference. */
export async function completed(context: CollectContext, batches: readonly FeedBatch[]): Promise<FeedBatch[]> {
  const lacks = ({ sequences, tokens }: Part) =>
    sequences.rows > 0 &&
    ((context.needs.includes("reference") && !tokens.refLogp) || (context.needs.includes("old") && !tokens.oldLogp));
  const out: FeedBatch[] = [];
  for (const batch of batches) {
    out.push(batch.parts.some(lacks) ? { ...batch, parts: await withScores(context, batch.parts) } : batch);
  }
  return out;
}
