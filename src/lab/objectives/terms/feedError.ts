/** A feed lacks what an objective asks for. The message says what must hold and what came. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}
