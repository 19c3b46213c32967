import type { CheckpointSchedule } from "../train/checkpointSchedule.ts";
import type { Run } from "../train/run.ts";
import type { RunState } from "../train/runState.ts";
import type { EventBatcher } from "./eventBatcher.ts";
import type { Probe } from "./probe.ts";
import type { RunId } from "./protocol.ts";
import type { RunQuestion } from "./questions.ts";

/** A run in the worker, with what is asked of it and what it has not told the page yet. */
export interface Session {
  readonly runId: RunId;
  /** From a checkpoint: another device could take it as well. */
  readonly goesOn: boolean;
  state: RunState;
  run: Run | undefined;
  /** Updates that the run was opened with. */
  from: number;
  /** Train up to this step, then pause. */
  until: number;
  wantsPause: boolean;
  wantsStop: boolean;
  wantsCheckpoint: boolean;
  /** Of the checkpoints that are taken without being asked for one by one; undefined until the page keeps them. */
  schedule: CheckpointSchedule | undefined;
  /** The page was told that its store is too slow to be waited for. */
  saidSlow: boolean;
  /** A checkpoint's buffer that is written again, once the page has stored what is in it. */
  spare: ArrayBuffer | undefined;
  /** Answered between two steps. */
  readonly questions: { readonly id: number; readonly question: RunQuestion }[];
  probe: Probe | undefined;
  stepsPerSecond: number;
  /** The loop under way, so that the next run waits for this one to leave the device. */
  work: Promise<void>;
  readonly batcher: EventBatcher;
}

/** A session whose run is still to be loaded. */
export function newSession(runId: RunId, batcher: EventBatcher, goesOn: boolean): Session {
  return {
    runId,
    batcher,
    goesOn,
    state: { phase: "loading", what: "the starting policy" },
    run: undefined,
    from: 0,
    until: 0,
    wantsPause: false,
    wantsStop: false,
    wantsCheckpoint: false,
    schedule: undefined,
    saidSlow: false,
    spare: undefined,
    questions: [],
    probe: undefined,
    stepsPerSecond: 0,
    work: Promise.resolve(),
  };
}

/** Whether a run makes no further step, as far as is known. */
export const isToRest = ({ run, state, until, wantsPause, wantsStop }: Session) =>
  state.phase !== "training" || wantsPause || wantsStop || (run?.step ?? 0) >= until;
