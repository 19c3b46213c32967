/** One message of a conversation. */
export interface Message {
  /** `system`, `user`, `assistant`, or another that a template knows. */
  readonly role: string;
  readonly content: string;
}

/** Conversations as texts, as one model was trained to read them. */
export interface Chat {
  /** The text of what was said, up to where the assistant begins. @throws {ChatError} */
  prompt(said: readonly Message[]): string;
  /** The text that an answer adds to that prompt, without the end token. @throws {ChatError} */
  completion(said: readonly Message[], answer: readonly Message[]): string;
  /** What prompts that a template wrote begin with: such a text brings its own beginning. */
  readonly openings: readonly string[];
}

/** A conversation that a template cannot write. The message stands in a list with a count before it. */
export class ChatError extends Error {
  override readonly name = "ChatError";
}
