import type { Mismatched, NamedBatch } from "../objectives/objective.ts";
import type { TokenScores } from "../policy/policy.ts";
import type { FeedBatch, Part } from "./batch.ts";

const NOTHING = new Float32Array(0);

/** Every part of some batches as an objective takes it; `given` has the policy's scores of each of `parts`, those with rows. */
export function namedBatches(
  batches: readonly FeedBatch[],
  parts: readonly Part[],
  given: readonly TokenScores[],
  vocabSize: number,
  mismatched: Mismatched | undefined,
): NamedBatch[] {
  return batches.flatMap(({ parts: all, prompts }) =>
    all.map((part): NamedBatch => {
      const scores = given[parts.indexOf(part)] ?? { logp: NOTHING, entropy: NOTHING };
      const isChosen = part.name.endsWith("/chosen");
      return {
        name: part.name,
        scores: { ...scores, vocabSize },
        feed: part.tokens,
        ...(isChosen && { pairs: { prompts, mismatched } }),
      };
    }),
  );
}
