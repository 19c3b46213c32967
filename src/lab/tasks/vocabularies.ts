import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** A vocabulary of more than characters that is shipped beside the checkpoints, and is read when a task needs it. */
export interface Vocabulary {
  /** Its file in public/checkpoints, without `.tokenizer.json`. */
  readonly file: string;
  /** How many tokens it has. */
  readonly size: number;
}

const read = new Map<string, Tokenizer>();

/** Makes a shipped vocabulary known, in this worker or program alone. */
export function knowVocabulary({ file }: Vocabulary, tokenizer: Tokenizer): void {
  read.set(file, tokenizer);
}

/** The tokenizer of a shipped vocabulary; undefined until its file was read. */
export function shippedTokenizer(file: string): Tokenizer | undefined {
  return read.get(file);
}
