/** Updates that are ever made again at most, as far as the budgets allow. */
const REPEATED = 20;
/** Updates between two checkpoints: with those made while one is stored no more than {@link REPEATED}. */
const STEPS = { least: 4, most: 16 } as const;
/** Milliseconds after which a checkpoint is due, however few updates were made. */
const MS = 5000;

/**
 * When the next checkpoint of a run is due: within 5 seconds of its start, then every 5 seconds or 16 updates, as the share of
 * its time allows during which a run may stand still for them, and never while an earlier one is still being stored. Reads no
 * clock: milliseconds of a monotonic one are handed in.
 */
export class CheckpointSchedule {
  #step: number;
  #at: number;
  #storing = false;
  /** Updates that were made while the last one was stored. */
  #meanwhile = 0;
  /** Of the boundary before the present one. */
  #reached: number;
  /** Of the run, which stands still while a checkpoint is taken. */
  readonly #run: Budget;
  /** Of the store beside the run, which has other work too. */
  readonly #store: Budget;
  /** The boundary before the present one: where the next would come too late, this one is the last in time. */
  #before: number;

  /** @param step updates made when the schedule begins */
  constructor(step: number, now: number) {
    this.#step = step;
    this.#at = now;
    this.#before = now;
    this.#reached = step;
    this.#run = new Budget(0.03, 60, now);
    this.#store = new Budget(0.25, 500, now);
  }

  /** Asked once at each boundary between two updates. */
  due(step: number, now: number): boolean {
    const lastMs = now - this.#before;
    this.#before = now;
    this.#reached = step;
    if (this.#storing || step === this.#step || this.#run.isSpent(now) || this.#store.isSpent(now)) return false;
    const apart = Math.max(STEPS.least, Math.min(STEPS.most, REPEATED - this.#meanwhile));
    return step - this.#step >= apart || now - this.#at + lastMs > MS;
  }

  /** A checkpoint was taken while the run stood still for `costMs`, and is on its way into a store. */
  taken(step: number, now: number, costMs: number): void {
    this.#step = step;
    this.#at = now;
    this.#run.spend(costMs, now);
    this.#storing = true;
  }

  /** The store has the last one, or refused it, after so many milliseconds. */
  stored(ms: number, now: number): void {
    this.#store.spend(ms, now);
    this.#storing = false;
    this.#meanwhile = this.#reached - this.#step;
  }
}

/**
 * A share of the time. What is not spent is saved up to `most` milliseconds, which are there from the start: one checkpoint that
 * came at a bad moment does not put off all that follow, and a short run is kept as often as a long one.
 */
class Budget {
  readonly #share: number;
  readonly #most: number;
  #left: number;
  #at: number;

  constructor(share: number, most: number, now: number) {
    this.#share = share;
    this.#most = this.#left = most;
    this.#at = now;
  }

  isSpent(now: number): boolean {
    return this.#leftAt(now) < 0;
  }

  spend(ms: number, now: number): void {
    this.#left = this.#leftAt(now) - ms;
    this.#at = now;
  }

  #leftAt(now: number): number {
    return Math.min(this.#most, this.#left + (now - this.#at) * this.#share);
  }
}
