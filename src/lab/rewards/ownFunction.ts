import type { GivenRow, Problem } from "../tasks/task.ts";
import { type OwnInput, rateInSandbox } from "./sandbox/sandbox.ts";

/** What a function of one's own is called with, and whether it was. */
interface Answered {
  readonly problem: Problem;
  readonly completion: string;
  readonly ended: boolean;
  readonly rows: readonly GivenRow[];
}

/** Values that are kept, of several batches, before those that nobody has read since are let go. */
const MOST_KEPT = 20_000;

/**
 * A function of one's own over answers. It runs elsewhere, so a value that is not known yet reads 0 until {@link settle}; since it is
 * a pure function of its input, a value is asked for once. Two generations: what is read moves to the newer one, and only the older one
 * is let go, so that no value is lost between the two readings of a batch.
 */
export class OwnFunction {
  readonly #source: string;
  #values = new Map<string, number>();
  #older = new Map<string, number>();
  readonly #missing = new Map<string, OwnInput>();

  constructor(source: string) {
    this.#source = source;
  }

  value({ problem: { prompt }, completion, ended, rows }: Answered): number {
    const key = JSON.stringify([prompt, completion, ended]);
    const known = this.#values.get(key) ?? this.#older.get(key);
    if (known !== undefined) {
      this.#values.set(key, known);
      return known;
    }
    const [first] = rows;
    const row = first?.columns ?? null;
    this.#missing.set(key, { prompt, completion, answer: first?.answer ?? "", row, ended });
    return 0;
  }

  /** Asks for what was missing. @returns whether anything was. @throws {RewardError} */
  async settle(): Promise<boolean> {
    if (this.#missing.size === 0) return false;
    const asked = [...this.#missing];
    this.#missing.clear();
    const values = await rateInSandbox(
      this.#source,
      asked.map(([, input]) => input),
    );
    if (this.#values.size + values.length > MOST_KEPT) {
      this.#older = this.#values;
      this.#values = new Map();
    }
    // Rounded as a checkpoint stores it.
    for (const [at, [key]] of asked.entries()) this.#values.set(key, Math.fround(values[at]!));
    return true;
  }
}
