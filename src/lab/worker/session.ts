import type { Run } from "../train/run.ts";
import type { RunState } from "../train/runState.ts";
import type { Outbox } from "./eventBatcher.ts";
import type { Watcher } from "./probe.ts";
import type { RunId } from "./protocol.ts";
import type { Question } from "./questions.ts";

/** A run in the worker, with what is asked of it and what it has not told the page yet. */
export interface Session {
  readonly runId: RunId;
  state: RunState;
  run: Run | undefined;
  /** Train up to this step, then pause. */
  until: number;
  wantsPause: boolean;
  wantsStop: boolean;
  wantsCheckpoint: boolean;
  /** Answered between two steps. */
  readonly questions: Question[];
  watcher: Watcher | undefined;
  stepsPerSecond: number;
  /** The loop under way, so that the next run waits for this one to leave the device. */
  work: Promise<void>;
  readonly outbox: Outbox;
}

/** A session whose run is still to be loaded. */
export function newSession(runId: RunId, outbox: Outbox): Session {
  return {
    runId,
    outbox,
    state: { phase: "loading", what: "the starting policy" },
    run: undefined,
    until: 0,
    wantsPause: false,
    wantsStop: false,
    wantsCheckpoint: false,
    questions: [],
    watcher: undefined,
    stepsPerSecond: 0,
    work: Promise.resolve(),
  };
}
