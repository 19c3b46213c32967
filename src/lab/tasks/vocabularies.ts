import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** A vocabulary of more than characters that is shipped beside the checkpoints, and is read when a task needs it. */
export interface Vocabulary {
  /** Its file in public/checkpoints, without `.tokenizer.json`. */
  readonly file: string;
  /** How many tokens it has. */
  readonly size: number;
}

/** A shipped vocabulary that was read. */
interface ReadVocabulary {
  readonly tokenizer: Tokenizer;
  /** Its `tokenizer.json`, for an export. */
  readonly file: Uint8Array;
}

const read = new Map<string, ReadVocabulary>();

/** Makes a shipped vocabulary known, in this worker or program alone. */
export function knowVocabulary({ file }: Vocabulary, known: ReadVocabulary): void {
  read.set(file, known);
}

/** A shipped vocabulary; undefined until its file was read. */
export function shippedVocabulary({ file }: Vocabulary): ReadVocabulary | undefined {
  return read.get(file);
}
