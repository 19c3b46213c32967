import type { CollectContext, Part } from "../train/batch.ts";

/** Adds what the objective needs of other weights: log-probabilities under the reference, and before the first update. */
export async function withScores(context: CollectContext, parts: readonly Part[]): Promise<Part[]> {
  const { policy, needs } = context;
  const out: Part[] = [];
  for (const part of parts) {
    let tokens = part.tokens;
    if (needs.includes("reference") && part.sequences.rows > 0) {
      tokens = { ...tokens, refLogp: (await policy.score(part.sequences, "reference")).logp };
    }
    if (needs.includes("old") && tokens.oldLogp === undefined && part.sequences.rows > 0) {
      tokens = { ...tokens, oldLogp: (await policy.score(part.sequences)).logp };
    }
    out.push({ ...part, tokens });
  }
  return out;
}
