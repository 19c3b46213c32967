import type { RunConfig } from "../lab/experiment/config.ts";
import { longestCallOf } from "../lab/experiment/demand.ts";
import { isEvaluated } from "../lab/experiment/phases.ts";

const TICK_MS = 500;
/** A tick that came later than this counts as so much: a page that was frozen or asleep has not waited for its worker. */
const TICK_MOST_MS = 2000;
/** Silence that is never taken for a hang: with what it takes to see it and to say it, a hang is noticed within ten seconds. */
const LEAST_MS = 8000;
/** Until a step has shown how long it takes, since a policy may be loading and compiling; and for a first evaluation. */
const UNPROVEN_MS = 60_000;
/** A step may take so many times as long as the longest before it, or as it was estimated to. */
const SLOWER = 6;

/**
 * The watch over one worker. A worker says that it is alive every second, and that it works with every event and every call of
 * its policy. At rest it is taken for hung after 8 seconds without a sign; at work, where one step may hold it for long, after
 * 8 seconds, or six times the longest silence so far or expected, without a sign of work: a GPU that answers nothing leaves the
 * worker alive.
 */
export class WorkerWatch {
  readonly #hung: (seconds: number) => void;
  readonly #now: () => number;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: number;
  #silentMs = 0;
  #longestMs = 0;
  #working = false;
  #proven = false;
  /** The longest silence of the run's evaluations, which are longer than its steps; undefined before the first. */
  #evaluationMs: number | undefined;
  #config: RunConfig | undefined;
  /** An evaluation is due before the next step. */
  #evaluates = false;
  /** Of work on this run, whatever was seen of it so far. */
  #leastMs = LEAST_MS;

  /** @param hung called once, with the seconds of silence */
  constructor(hung: (seconds: number) => void, now: () => number = () => performance.now()) {
    this.#hung = hung;
    this.#now = now;
    this.#last = now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** A run was handed to the worker. */
  opened(config: RunConfig): void {
    this.#working = true;
    this.#proven = false;
    this.#evaluationMs = undefined;
    this.#config = config;
    this.#evaluates = false;
    this.#silentMs = 0;
    this.#leastMs = Math.max(LEAST_MS, SLOWER * 1000 * longestCallOf(config));
  }

  /** Whether the run loads or trains, as the worker last said. */
  moved(working: boolean): void {
    // What was loaded and compiled before says nothing of the evaluation that may come next.
    if (working && !this.#proven) this.#longestMs = 0;
    this.#working = working;
    this.#silentMs = 0;
  }

  /** So many steps are made: the worker says each before the evaluation that may be due then. */
  stepped(step: number): void {
    const config = this.#config;
    this.#evaluates = config !== undefined && isEvaluated(config, step);
    // How long it was silent while it loaded and compiled says nothing of a step.
    if (!this.#proven) this.#longestMs = 0;
    this.#proven = true;
  }

  /** An evaluation was made. */
  evaluated(): void {
    this.#evaluationMs = Math.max(this.#evaluationMs ?? 0, this.#longestMs);
    this.#evaluates = false;
  }

  /** The worker was heard; `work`: of what it works on. */
  heard(work: boolean): void {
    if (this.#working && !work) return;
    if (this.#working) this.#longestMs = Math.max(this.#longestMs, this.#silentMs);
    this.#silentMs = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.#now();
    this.#silentMs += Math.min(now - this.#last, TICK_MOST_MS);
    this.#last = now;
    if (this.#silentMs < this.#limitMs) return;
    this.end();
    this.#hung(Math.round(this.#silentMs / 1000));
  }

  get #limitMs(): number {
    const longest = SLOWER * Math.max(this.#longestMs, this.#evaluationMs ?? 0);
    if (!this.#working) return Math.max(LEAST_MS, longest);
    const proven = this.#proven && !(this.#evaluates && this.#evaluationMs === undefined);
    return Math.max(this.#leastMs, proven ? LEAST_MS : UNPROVEN_MS, longest);
  }
}
