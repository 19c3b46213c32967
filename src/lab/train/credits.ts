import type { Batch, FeedBatch } from "../feeds/batch.ts";
import type { Mismatched, NamedBatch } from "../objectives/objective.ts";
import type { TokenScores } from "../policy/policy.ts";

const NOTHING = new Float32Array(0);

/** Every batch of some feeds as an objective takes it; `given` has the policy's scores of each of `scored`, those with rows. */
export function namedBatches(
  collected: readonly FeedBatch[],
  scored: readonly Batch[],
  given: readonly TokenScores[],
  vocabSize: number,
  mismatched: Mismatched | undefined,
): NamedBatch[] {
  return collected.flatMap(({ batches, prompts }) =>
    batches.map((batch): NamedBatch => {
      const scores = given[scored.indexOf(batch)] ?? { logp: NOTHING, entropy: NOTHING };
      const isChosen = batch.name.endsWith("/chosen");
      return {
        name: batch.name,
        scores: { ...scores, vocabSize },
        feed: batch.tokens,
        ...(isChosen && { pairs: { prompts, mismatched } }),
      };
    }),
  );
}
