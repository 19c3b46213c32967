import type { RunConfig } from "../../src/lab/experiment/config.ts";
import type { Policy } from "../../src/lab/policy/policy.ts";
import { CheckpointSchedule } from "../../src/lab/train/checkpointSchedule.ts";
import { Run } from "../../src/lab/train/run.ts";
import { RunController } from "../../src/lab/worker/runController.ts";
import { withSigns } from "../../src/lab/worker/signsOfWork.ts";
import { storing } from "./stretch.ts";

/** A clock around everything that guards a run. */
export class GuardClock {
  /** Whether it runs; without it nothing is timed. */
  runs = false;
  readonly #kinds = new Map<string, { ms: number; calls: number }>();

  within<T>(kind: string, work: () => T): T {
    if (!this.runs) return work();
    const began = performance.now();
    const made = work();
    this.add(kind, performance.now() - began);
    return made;
  }

  add(kind: string, ms: number): void {
    if (!this.runs) return;
    const of = this.#kinds.get(kind) ?? { ms: 0, calls: 0 };
    of.ms += ms;
    of.calls++;
    this.#kinds.set(kind, of);
  }

  /** Milliseconds by kind since the last time, less what the clock takes itself: as much as it found {@link NOTHING} to take. */
  read(): Map<string, number> {
    const nothing = this.#kinds.get(NOTHING);
    const own = nothing ? nothing.ms / nothing.calls : 0;
    const read = [...this.#kinds].map(([kind, { ms, calls }]) => [kind, ms - calls * own] as const);
    this.#kinds.clear();
    return new Map(read.filter(([kind]) => kind !== NOTHING));
  }
}

const NOTHING = "nothing";

export interface TurnedRun {
  /** Makes one update. @returns the processor's milliseconds */
  step(): Promise<number>;
  /** Checkpoints so far. */
  checkpoints(): number;
}

/** Opens a run that is trained step by step on the real controller, with its guards and a clock for them, or without guards. */
export async function openByTurns(
  config: RunConfig,
  policy: Policy,
  { guards, storeMs }: { readonly guards?: GuardClock; readonly storeMs?: number } = {},
): Promise<TurnedRun> {
  const watched = guards ? timed(policy, guards) : policy;
  const rested = { now: () => {}, never: (_: Error) => {} };
  const store = storing(() => controller, undefined, storeMs);
  let goOn = () => controller.train("a");
  let checkpoints = 0;
  // A clock that stands still while the other run has its turn.
  let own = 0;
  let since: number | undefined;
  const controller: RunController = new RunController({
    post(event) {
      if (event.type === "checkpoint") {
        checkpoints++;
        guards?.add("checkpoints", performance.now() - taking.get(policy)!);
        store(event);
      }
      if (event.type !== "state") return;
      if (event.state.phase === "ready") rested.now();
      if (event.state.phase === "failed") rested.never(new Error(event.state.message));
    },
    open: () => Run.start(watched, config),
    now: () => own + (since === undefined ? 0 : performance.now() - since),
    rest: (ms) =>
      new Promise((resolve) => {
        guards?.within(NOTHING, () => {});
        goOn = resolve;
        // Where the store is waited for, no step has been made.
        if (ms > 0) setTimeout(resolve, ms);
        else rested.now();
      }),
  });
  const untilRest = (begin: () => void) =>
    new Promise<void>((resolve, reject) => {
      Object.assign(rested, { now: resolve, never: reject });
      begin();
    });
  await untilRest(() => controller.open({ type: "open", runId: "a", config, policy: "simd", backend: "wasm" }));
  if (guards) controller.keep("a");
  return {
    checkpoints: () => checkpoints,
    async step() {
      // What the store answers is heard between two turns.
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
      const before = process.cpuUsage();
      await untilRest(goOn);
      const { user, system } = process.cpuUsage(before);
      own += performance.now() - since;
      since = undefined;
      return (user + system) / 1000;
    },
  };
}

/** When the checkpoint that is being taken of a policy was begun. */
const taking = new WeakMap<Policy, number>();

/** A policy that gives signs of life, and tells when a checkpoint of it is begun. */
function timed(policy: Policy, guards: GuardClock): Policy {
  const inPlace = policy.inPlace!.bind(policy);
  policy.inPlace = (use) =>
    inPlace((state) => {
      taking.set(policy, performance.now());
      return use(state);
    });
  return withSigns(policy, () => guards.within("signs of life", () => performance.now()));
}

/** Has the clock run around the decisions when to take a checkpoint. */
export function timeSchedules(guards: GuardClock): void {
  const schedule = CheckpointSchedule.prototype;
  for (const name of ["due", "waits", "taken", "stored"] as const) {
    const decide = schedule[name] as (...given: number[]) => never;
    schedule[name] = function (this: CheckpointSchedule, ...given: number[]) {
      return guards.within("schedule", () => decide.apply(this, given));
    };
  }
}
