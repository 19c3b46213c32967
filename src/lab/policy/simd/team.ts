import { PolicyError } from "../policy.ts";
import type { Kernels } from "./module.ts";
import { Pace } from "./pace.ts";

/** What a helper thread begins with: the module, its memory, and the arguments of the kernels' own functions. */
export interface HelperStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly shape: Readonly<Parameters<Kernels["setShape"]>>;
  readonly tables: Readonly<Parameters<Kernels["setTables"]>>;
  readonly team: Readonly<Parameters<Kernels["setTeam"]>>;
}

/** What threads share; which way is faster is found out for each. */
export type SharedWork = "training" | "scoring" | "sampling" | "updating";

/** How a host starts threads. */
export interface Threads {
  /** That compute at once, the calling one among them. */
  readonly most: number;
  /** Starts a thread that runs the kernels' `help` until it answers 0, and `reportFailure` should it throw. `stop` ends it. */
  start(helper: HelperStart): { stop(): unknown };
  /** Any clock, in any unit: which way is faster is found out. */
  now(): number;
  /** Multiply-adds between two meetings of the threads, below which one thread works alone; {@link WORTH_MEETING} by default. */
  readonly worthMeeting?: number;
  /** Without progress, after which a helper is given up, in seconds; {@link PATIENCE} by default. */
  readonly patience?: number;
}

/** What one thread computes in the time that it takes to wake another, several times over. */
const WORTH_MEETING = 1e6;
/** A machine that was busy or asleep for so long lets no helper finish. */
const PATIENCE = 30;
/** More are not worth their own layouts at any size of the lab, and the page wants a core too. */
const MOST_THREADS = 4;

/** The threads to use of so many that can run at once. */
export function usableThreads(available: number): number {
  return Math.max(1, Math.min(MOST_THREADS, available));
}

/**
 * The helper threads of one policy. They are started when work first asks for them, sleep between commands, and end with the
 * policy. One that comes late, or never, costs nothing: what it does not take the calling thread computes.
 */
export class Team {
  /** Threads, the calling one among them. */
  readonly most: number;
  readonly #threads: Threads;
  readonly #kernels: Kernels;
  readonly #start: HelperStart;
  readonly #paces = { training: new Pace(), scoring: new Pace(), sampling: new Pace(), updating: new Pace() };
  #helpers: readonly { stop(): unknown }[] = [];

  /** `at`: where `kernels.teamBytes()` of zeros lie. */
  constructor(threads: Threads, kernels: Kernels, start: Omit<HelperStart, "team">, at: number) {
    this.most = threads.most;
    this.#threads = threads;
    this.#kernels = kernels;
    this.#start = { ...start, team: [at, 0, threads.patience ?? PATIENCE] };
    kernels.setTeam(...this.#start.team);
  }

  /** The threads for a command. `work`: multiply-adds between two of its meetings. */
  forWork(kind: SharedWork, work: number): number {
    this.check();
    if (!this.#isWorth(work) || !this.#paces[kind].shares()) return 1;
    if (this.#helpers.length === 0) {
      this.#helpers = Array.from({ length: this.most - 1 }, (_, i) => this.#helper(i + 1));
    }
    return this.most;
  }

  /** Runs a command of such work on so many threads as {@link forWork} said. */
  run(kind: SharedWork, work: number, threads: number, command: () => void): void {
    const start = this.#threads.now();
    command();
    this.check();
    if (this.#isWorth(work)) {
      this.#paces[kind].note(threads > 1, (this.#threads.now() - start) / work, this.#kernels.stallCount());
    }
  }

  #isWorth(work: number): boolean {
    return work >= (this.#threads.worthMeeting ?? WORTH_MEETING);
  }

  #helper(index: number): { stop(): unknown } {
    const [at, , patience] = this.#start.team;
    return this.#threads.start({ ...this.#start, team: [at, index, patience] });
  }

  /** @throws {PolicyError} kind `device` where a helper did not finish what it had begun: the command's results are void */
  check(): void {
    if (!this.#kernels.isBroken()) return;
    this.dispose();
    const [, , patience] = this.#start.team;
    throw new PolicyError(
      "device",
      `A helper thread of the policy must finish what it begins within ${patience} s, got a failure or no answer.`,
    );
  }

  dispose(): void {
    this.#kernels.dismiss();
    for (const helper of this.#helpers) helper.stop();
    this.#helpers = [];
  }
}
