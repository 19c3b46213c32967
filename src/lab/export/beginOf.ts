import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** What a tokenizer puts in front of every prompt, as text: `<bos>` of the lab's characters. */
export function beginOf(tokenizer: Tokenizer): string {
  return tokenizer
    .prompt("")
    .map((id) => tokenizer.label(id))
    .join("");
}
