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

/** A conversation for which a template would work beyond a bound. */
export class TooMuchWork extends ChatError {
  /** What the template must do, as in "take at most 10 steps". */
  readonly must: string;

  constructor(must: string) {
    super(`a conversation for which the chat template would do too much: it must ${must}`);
    this.must = must;
  }
}
