/** Updates that are ever made again at most, as far as the run's budget allows. */
const REPEATED = 20;
/** Updates between two checkpoints: with those made while one is stored no more than {@link REPEATED}. */
const STEPS = { least: 4, most: 16 } as const;
/** Milliseconds after which a checkpoint is due, however few updates were made. */
const MS = 5000;
/** Milliseconds that a run waits for its store at a time: less than a worker is taken for hung after. */
const PATIENCE_MS = 4000;
/** The share of its time that it waits at most: waiting for 300 ms at each checkpoint made a nano run 7 times slower. */
const WAITING_SHARE = 0.25;
/**
 * How often a checkpoint is charged with the cheapest of the last three: what it took beyond that was the machine's other work.
 * The third of a run pays for the first two, which found their code cold.
 */
const CHARGED = [0, 0, 3] as const;
const COMPARED = 3;
/** A store that is slower than that has so much of the time at most. */
const SLOW_SHARE = 0.25;
/** Milliseconds that a store is charged with at most. */
const STORE_MOST_MS = 10_000;
/** Milliseconds between two questions that count at most: a run that was frozen or asleep has not waited for its store. */
const TICK_MOST_MS = 1000;

/**
 * When the next checkpoint of a run is due: within 5 seconds of its start, then every 5 seconds or 16 updates, as the share of
 * its time allows during which a run may stand still for them, and never while an earlier one is still being stored; and whether
 * the run has to wait for its store, so that it is at most 20 updates past what is stored. Reads no clock: milliseconds of a
 * monotonic one are handed in.
 */
export class CheckpointSchedule {
  #step: number;
  #at: number;
  /** Updates that are safe in the store. */
  #kept: number;
  /** The checkpoints that are being stored, in order: their updates, and what {@link #awake} was. */
  readonly #storing: { readonly step: number; readonly since: number }[] = [];
  /** Updates that would have been made while the last one was stored. */
  #meanwhile = 0;
  /** Of the boundary before the present one. */
  #reached: number;
  /** Of the run, which stands still while a checkpoint is taken. */
  readonly #run: Budget;
  /** Milliseconds of the last checkpoints, at most {@link COMPARED}. */
  #costs: readonly number[] = [];
  /** The boundary before the present one: where the next would come too late, this one is the last in time. */
  #before: number;
  /** Milliseconds so far without the pauses of the machine, and the time of the newest of them. */
  #awake = 0;
  #heard: number;
  /** Of waiting for the store, by the clock of {@link #awake}. */
  readonly #patience = new Budget(WAITING_SHARE, PATIENCE_MS, 0);
  /** What {@link #awake} was when the run began to wait for its store, and up to when that is spent. */
  #waiting: number | undefined;
  #waited = 0;
  #slow = false;
  /** A slow store is left alone until then. */
  #free = Number.NEGATIVE_INFINITY;

  /** @param step updates that are safe when the schedule begins */
  constructor(step: number, now: number) {
    this.#step = this.#kept = this.#reached = step;
    this.#at = this.#before = this.#heard = now;
    this.#run = new Budget(0.02, 60, now);
  }

  /** Asked once at each boundary between two updates. */
  due(step: number, now: number): boolean {
    this.#tick(now);
    const lastMs = now - this.#before;
    this.#before = now;
    this.#reached = step;
    if (this.#storing.length > 0 || step === this.#step || this.#run.isSpent(now) || now < this.#free) return false;
    const apart = Math.max(STEPS.least, Math.min(STEPS.most, REPEATED - this.#meanwhile));
    return step - this.#step >= apart || now - this.#at + lastMs > MS;
  }

  /** A checkpoint was taken while the run stood still for `costMs`, and is on its way into a store. */
  taken(step: number, now: number, costMs: number): void {
    this.#tick(now);
    this.#step = step;
    this.#at = now;
    const charged = CHARGED[this.#costs.length] ?? 1;
    this.#costs = [...this.#costs, costMs].slice(-COMPARED);
    this.#run.spend(charged * Math.min(...this.#costs), now);
    this.#storing.push({ step, since: this.#awake });
  }

  /**
   * Whether the run has to wait for its store before the next update, asked again and again until it does not. Where its budget
   * put a checkpoint off, it may come as far past that one.
   */
  waits(now: number): boolean {
    this.#tick(now);
    const [storing] = this.#storing;
    if (storing === undefined || this.#slow) return false;
    const from = storing.step - this.#kept > REPEATED ? storing.step : this.#kept;
    if (this.#reached - from < REPEATED) return false;
    if (this.#waiting === undefined) this.#waiting = this.#waited = this.#awake;
    this.#patience.spend(this.#awake - this.#waited, this.#awake);
    this.#waited = this.#awake;
    this.#slow = this.#patience.isSpent(this.#awake);
    return !this.#slow;
  }

  /** The run does not wait for its store, which is slow, and is more than {@link REPEATED} updates past what is stored. */
  get isBehind(): boolean {
    return this.#slow && this.#reached - this.#kept > REPEATED;
  }

  /** The store has the oldest one that it was given, or refused it, after so many milliseconds. */
  stored(ms: number, now: number): void {
    this.#tick(now);
    const waitedMs = this.#awake - (this.#waiting ?? this.#awake);
    const made = this.#reached - this.#step;
    const stepMs = (now - this.#at - waitedMs) / Math.max(1, made);
    // With the one under way.
    this.#meanwhile = made + 1 + Math.floor(waitedMs / Math.max(stepMs, 1e-3));
    const { step, since } = this.#storing.shift() ?? { step: this.#kept, since: this.#awake };
    this.#kept = step;
    this.#waiting = undefined;
    // The machine paused with the page, or the page alone stood still: neither is slow storing.
    const tookMs = Math.min(ms, this.#awake - since, STORE_MOST_MS);
    this.#slow = tookMs > PATIENCE_MS;
    this.#free = this.#slow ? now + tookMs * (1 / SLOW_SHARE - 1) : now;
  }

  #tick(now: number): void {
    this.#awake += Math.min(now - this.#heard, TICK_MOST_MS);
    this.#heard = now;
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
