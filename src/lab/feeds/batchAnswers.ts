import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { Answer, Batch } from "./batch.ts";

/** The completions of a batch [B]; one ended where its last scored token says so. */
export function batchAnswers(
  tokenizer: Tokenizer,
  { problems, completions, sequences }: Batch,
): readonly Omit<Answer, "reward">[] {
  const { length, ids, mask } = sequences;
  const T = length - 1;
  return problems.map((problem, row) => {
    const scored = mask.subarray(row * T, (row + 1) * T);
    const last = scored.lastIndexOf(1);
    const ended = last >= 0 && ids[row * length + last + 1] === tokenizer.end;
    const answer = { problem, completion: completions[row]!, ended };
    if (tokenizer.oneToOne || last < 0) return answer;
    const own = ids.subarray(row * length + scored.indexOf(1) + 1, row * length + last + (ended ? 1 : 2));
    return { ...answer, written: Array.from(own) };
  });
}
