import { EOS } from "../tokenizer/characters.ts";
import type { Answer, Batch } from "./batch.ts";

/** The completions of a batch [B]; one ended where its last scored token says so. */
export function batchAnswers({ problems, completions, sequences }: Batch): readonly Omit<Answer, "reward">[] {
  const { length, ids, mask } = sequences;
  const T = length - 1;
  return problems.map((problem, row) => {
    const last = mask.subarray(row * T, (row + 1) * T).lastIndexOf(1);
    return { problem, completion: completions[row]!, ended: last >= 0 && ids[row * length + last + 1] === EOS };
  });
}
