import type { GivenRow, Problem } from "../tasks/task.ts";

/** An answer that is to be given a value. */
export interface Answered {
  readonly problem: Problem;
  readonly completion: string;
  readonly ended: boolean;
  readonly rows: readonly GivenRow[];
}

/** Values that are kept, of several batches, before those that nobody has read since are let go. */
const MOST_KEPT = 20_000;

/**
 * Values of answers that are computed elsewhere or later, so one that is not known yet reads 0 until {@link settle}; each is a pure
 * function of its answer and is asked for once. Two generations: what is read moves to the newer one, and only the older one
 * is let go, so that no value is lost between the two readings of a batch.
 */
export class LaterValues {
  /** The values of answers, in their order. */
  readonly #rate: (answers: readonly Answered[]) => Promise<ArrayLike<number>>;
  #values = new Map<string, number>();
  #older = new Map<string, number>();
  readonly #missing = new Map<string, Answered>();

  constructor(rate: (answers: readonly Answered[]) => Promise<ArrayLike<number>>) {
    this.#rate = rate;
  }

  value(answer: Answered): number {
    const key = JSON.stringify([answer.problem.prompt, answer.completion, answer.ended]);
    const known = this.#values.get(key) ?? this.#older.get(key);
    if (known !== undefined) {
      this.#values.set(key, known);
      return known;
    }
    this.#missing.set(key, answer);
    return 0;
  }

  /** Asks for what was missing. @returns whether anything was. @throws {RewardError} */
  async settle(): Promise<boolean> {
    if (this.#missing.size === 0) return false;
    const asked = [...this.#missing];
    this.#missing.clear();
    const values = await this.#rate(asked.map(([, answer]) => answer));
    if (this.#values.size + values.length > MOST_KEPT) {
      this.#older = this.#values;
      this.#values = new Map();
    }
    // Rounded as a checkpoint stores it.
    for (const [at, [key]] of asked.entries()) this.#values.set(key, Math.fround(values[at]!));
    return true;
  }
}
