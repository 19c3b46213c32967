import type { Batch, CollectContext, FeedBatch } from "../feeds/batch.ts";
import { batchAnswers } from "../feeds/batchAnswers.ts";
import { type Example, packExamples } from "../feeds/encode.ts";
import type { Mismatched } from "../objectives/objective.ts";
import { tokenizerOf } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/**
 * Completions under prompts that they do not belong to: row i carries the completion of row i − 1 of the same side (KTO,
 * arXiv 2402.01306, as TRL builds its KL batch). Scored with the weights before the update, which is exact, for the
 * estimate is never differentiated. Undefined where a batch has a single pair, and so no other completion.
 */
export async function mismatchedOf(
  { policy, task, reference }: Pick<CollectContext, "policy" | "task" | "reference">,
  { batches }: FeedBatch,
): Promise<Mismatched | undefined> {
  if ((batches[0]?.problems.length ?? 0) < 2) return undefined;
  const tokenizer = tokenizerOf(task);
  const sequences = packExamples(
    tokenizer,
    batches.flatMap((batch) => shifted(tokenizer, batch)),
  );
  const now = await policy.score(sequences);
  const held = await policy.score(sequences, reference);
  return { logp: now.logp, refLogp: held.logp, mask: sequences.mask, rows: sequences.rows };
}

/** A completion that was cut off stays so: whether it ended travels with it. */
function shifted(tokenizer: Tokenizer, batch: Batch): Example[] {
  const answers = batchAnswers(tokenizer, batch);
  return batch.problems.map((problem, row) => {
    const { completion, ended, written } = answers[(row + answers.length - 1) % answers.length]!;
    return { problem, completion, ended, written };
  });
}
