import { WORK_BYTES } from "./activationBytes.ts";
import { mebibytes } from "./mebibytes.ts";
import { PolicyError } from "./policy.ts";

/** Memory that could not be had: by the device's word, or because the module's memory does not grow. */
export class OutOfMemory extends Error {
  override readonly name = "OutOfMemory";
  readonly bytes: number;
  /** @param what it was for */
  constructor(what: string, bytes: number) {
    super(`${what} must find ${mebibytes(bytes)} of memory, got none`);
    this.bytes = bytes;
  }
}

/** How much a policy may lay out at a time, and whom it tells that it is less than that. */
export interface WorkOptions {
  /** {@link WORK_BYTES} unless given. */
  readonly workBytes?: number | undefined;
  /** Tokens of the longest row to train on, which is refused before anything is trained where there is no room for it. */
  readonly longestRow?: number | undefined;
  /** Hears in a sentence when memory was refused and the work goes on in smaller pieces. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

/** The bytes that one request of a policy may lay out at a time, of one kind of work. */
export class WorkMemory {
  #bytes: number;
  readonly #say: (sentence: string) => void;
  readonly #giveBack: () => void | Promise<void>;

  /** `giveBack`: of what other work keeps, before memory that was refused is asked for once again. */
  constructor(
    { workBytes = WORK_BYTES, onNotice = () => {} }: WorkOptions,
    giveBack: () => void | Promise<void> = () => {},
  ) {
    this.#bytes = workBytes;
    this.#say = onNotice;
    this.#giveBack = giveBack;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Work within so many bytes; where they cannot be had, once again within half of what was refused, and from then on.
   * @throws {PolicyError} kind `limits` where these cannot be had either
   */
  async within<T>(work: (bytes: number) => T | Promise<T>): Promise<T> {
    try {
      return await work(this.#bytes);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      this.#bytes = Math.floor(Math.min(this.#bytes, error.bytes) / 2);
      await this.#giveBack();
      const half = mebibytes(this.#bytes);
      this.#say(`${sentence(error.message)}: from here on it works in micro-batches of at most ${half}.`);
    }
    try {
      return await work(this.#bytes);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      throw new PolicyError("limits", `${sentence(error.message)} at the second attempt`);
    }
  }
}

/** What cannot be made in smaller pieces. @throws {PolicyError} kind `limits` where there is no memory for it */
export async function wholly<T>(make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw error instanceof OutOfMemory ? new PolicyError("limits", sentence(error.message)) : error;
  }
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
