/** Updates between two checkpoints: with those made while one is stored, at most 20 are ever made again. */
const STEPS = 16;
/** Milliseconds after which a checkpoint is due, however few updates were made. */
const MS = 5000;
/** Share of a run's time during which it may stand still for checkpoints. */
const SHARE = 0.03;
/** Share of the time that a store beside the run may be at work on them: it has other work too. */
const STORE_SHARE = 0.25;

/**
 * When the next checkpoint of a run is due: within 5 seconds of its start, then every 5 seconds or 20 updates, as 3% of the
 * run's time allows, and never while an earlier one is still being stored. Reads no clock: milliseconds of a monotonic one
 * are handed in.
 */
export class CheckpointSchedule {
  #step: number;
  #at: number;
  #costMs = 0;
  #storeMs = 0;
  #storing = false;
  /** The boundary before the present one: where the next would come too late, this one is the last in time. */
  #before: number;

  /** @param step updates made when the schedule begins */
  constructor(step: number, now: number) {
    this.#step = step;
    this.#at = now;
    this.#before = now;
  }

  /** Asked once at each boundary between two updates. */
  due(step: number, now: number): boolean {
    const lastMs = now - this.#before;
    this.#before = now;
    if (this.#storing || step === this.#step) return false;
    const sinceMs = now - this.#at;
    if (sinceMs < Math.max(this.#costMs / SHARE, this.#storeMs / STORE_SHARE)) return false;
    return step - this.#step >= STEPS || sinceMs + lastMs > MS;
  }

  /** A checkpoint was taken while the run stood still for `costMs`, and is on its way into a store. */
  taken(step: number, now: number, costMs: number): void {
    this.#step = step;
    this.#at = now;
    this.#costMs = costMs;
    this.#storing = true;
  }

  /** The store has the last one, or refused it, after so many milliseconds. */
  stored(ms: number): void {
    this.#storeMs = ms;
    this.#storing = false;
  }
}
