import type { Chat } from "./chat.ts";

/** Text as tokens and back, as one vocabulary has it. Belongs to a model: its ids mean nothing to another one. */
export interface Tokenizer {
  /** Ids lie in [0, vocabSize). */
  readonly vocabSize: number;
  /** The id that ends a completion. */
  readonly end: number;
  /**
   * A text has one sequence of tokens, so a completion can be kept as its text. Otherwise the ids that a policy wrote are kept
   * beside it: encoding the text anew may give others.
   */
  readonly oneToOne: boolean;
  /** Ids of a prompt, with what the vocabulary puts in front; at least one. @throws {RangeError} for a text it cannot read */
  prompt(text: string): readonly number[];
  /** Ids of a text that follows a prompt, without the end. @throws {RangeError} for a text it cannot read */
  completion(text: string, prompt: string): readonly number[];
  /** The text of a completion's ids; special tokens are left out. */
  text(ids: Iterable<number>): string;
  /** How conversations are written; undefined where the model has no template for them. */
  readonly chat?: Chat | undefined;
  /** How a single token is shown, spaces and bytes visible; different for different ids. */
  label(id: number): string;
  /** The id that is shown so; undefined where there is none. */
  idOf(label: string): number | undefined;
}
