import { expect, test } from "vitest";
import type { Batch, FeedBatch } from "../feeds/batch.ts";
import { packExamples } from "../feeds/encode.ts";
import { taskById } from "../tasks/index.ts";
import { CHARACTERS } from "../tokenizer/characters.ts";
import { mismatchedOf } from "./mismatched.ts";
import { nanoPolicy } from "./testPolicy.ts";

/** One side of a batch of pairs, whose last answer was cut off. */
function side(name: string, completions: readonly string[]): Batch {
  const problems = completions.map((_, row) => ({ prompt: `${row}=`, kind: "sort" }));
  const answers = completions.map((completion, row) => ({
    problem: problems[row]!,
    completion,
    ended: row < completions.length - 1,
  }));
  const sequences = packExamples(CHARACTERS, answers);
  const tokens = { rows: sequences.rows, length: sequences.length - 1, mask: sequences.mask };
  return { name, sequences, tokens, problems, completions };
}

test("a completion under another prompt has the tokens that were written, and <eos> only where it was", async () => {
  const policy = await nanoPolicy();
  try {
    await policy.snapshot("reference");
    const batches = [side("offlinePairs/chosen", ["12", "3", "45"]), side("offlinePairs/rejected", ["1", "23"])];
    const batch: FeedBatch = { feed: "offlinePairs", batches, prompts: 3, metrics: {}, samples: [], sampledTokens: 0 };
    const { mask, rows } = (await mismatchedOf({ policy, task: taskById("sort"), reference: "reference" }, batch))!;
    const counts = Array.from({ length: rows! }, (_, b) => {
      const length = mask.length / rows!;
      return Array.from(mask.subarray(b * length, (b + 1) * length)).filter((m) => m === 1).length;
    });
    // Row i carries the answer of row i − 1: "45" and "23" were cut off, the others have an <eos>.
    expect(counts).toEqual([2, 3, 2, 2, 2]);
  } finally {
    policy.dispose();
  }
});
