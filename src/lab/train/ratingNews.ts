import type { Rating } from "./runState.ts";

/** Of a rating before it is told of, and between two times. */
const EVERY_MS = 500;

/** Tells of a rating of answers that takes long, at most twice a second, and when it is over. */
export class RatingNews {
  readonly #tell: (rating: Rating | undefined) => void;
  readonly #now: () => number;
  #last = 0;
  #told = false;

  constructor(tell: (rating: Rating | undefined) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  heard(done: number, of: number): void {
    if (done === of) {
      if (this.#told) this.#say(undefined);
      return;
    }
    if (done === 0) this.#last = this.#now();
    if (this.#now() - this.#last >= EVERY_MS) this.#say({ done, of });
  }

  #say(rating: Rating | undefined): void {
    this.#last = this.#now();
    this.#told = rating !== undefined;
    this.#tell(rating);
  }
}
