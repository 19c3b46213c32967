import type { Watched } from "../train/probed.ts";
import type { Run } from "../train/run.ts";
import type { LabEvent, RunId } from "./protocol.ts";

/** Columns of a whole run: more would not be seen. */
const COLUMNS = 200;
/** Watching may take this share of the time. */
const SHARE = 0.1;

/** Scores the same few demonstrations every few steps, and tells the page what the policy says of them. */
export class Probe {
  readonly #runId: RunId;
  readonly #count: number;
  readonly #post: (event: LabEvent) => void;
  readonly #now: () => number;
  #watched: Watched | undefined;
  #last = -1;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(runId: RunId, count: number, post: (event: LabEvent) => void, now: () => number) {
    this.#runId = runId;
    this.#count = count;
    this.#post = post;
    this.#now = now;
  }

  /** Takes a column where one is due; `atRest` takes one whatever the clock says, if the step is new. */
  async look(run: Run, atRest: boolean): Promise<void> {
    const { step } = run;
    const stride = Math.max(1, Math.ceil(run.steps / COLUMNS));
    if (step === this.#last || (!atRest && (step % stride !== 0 || this.#now() < this.#notBefore))) return;
    const fresh = this.#watched === undefined;
    this.#watched ??= run.watch(this.#count);
    if (!this.#watched) return;
    this.#last = step;
    const began = this.#now();
    const scores = await run.scoreWatched(this.#watched);
    const ended = this.#now();
    this.#notBefore = ended + (ended - began) * (1 / SHARE - 1);
    const rows = fresh ? { rows: this.#watched.rows } : {};
    this.#post({ type: "watched", runId: this.#runId, step, scores, ...rows });
  }
}
