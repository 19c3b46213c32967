/** Calls that keep to what was found faster, before threads are tried again. */
const HOLD = 24;

/**
 * Whether threads are worth it on a machine that others use too, for one kind of call. They are, until the calling thread had
 * to wait for one that did not run; then a call is made on one thread alone, and the faster way is kept for a while. Only time
 * depends on it: the bits are the same.
 */
export class Pace {
  /** Time per work of the last call that stalled; NaN: none is in doubt. */
  #stalled = Number.NaN;
  /** Calls that are still made on one thread. */
  #alone = 0;
  /** Calls in which stalls are known to be the smaller evil. */
  #trusted = 0;

  shares(): boolean {
    return this.#alone === 0;
  }

  /** After a call. `time` over its work, in any unit. */
  note(shared: boolean, time: number, stalls: number): void {
    if (shared) {
      if (this.#trusted > 0) this.#trusted--;
      else if (stalls > 0) {
        this.#stalled = time;
        this.#alone = 1;
      }
      return;
    }
    this.#alone--;
    if (Number.isNaN(this.#stalled)) return;
    if (time < this.#stalled) this.#alone = HOLD;
    else this.#trusted = HOLD;
    this.#stalled = Number.NaN;
  }
}
