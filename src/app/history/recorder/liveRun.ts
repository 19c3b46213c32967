import type { RunConfig } from "../../../lab/experiment/config.ts";
import type { MetricTable } from "../../../lab/record/metricTable.ts";
import type { Group, RecordPhase, RunRecord } from "../../../lab/record/runRecord.ts";
import type { RunState } from "../../../lab/train/runState.ts";
import { type Run, type ShownRun, stepOf } from "../../runStore.ts";
import { type GrowingPart, growthOf } from "../tableGrowth.ts";

/** What a run that is about to begin is kept as. */
export interface Expected {
  readonly id: string;
  readonly name?: string;
  readonly group?: Group;
}

/** The run in the worker. */
export interface Live {
  readonly runId: string;
  readonly expected: Expected;
  series: MetricTable;
  /** What is to be written of the series. */
  readonly grown: () => GrowingPart;
  phase: RecordPhase | undefined;
  /** Seconds in training before the present stretch, and when that began. */
  seconds: number;
  since: number | undefined;
  touched: number;
  saved: number;
  /** As it was last written. */
  config: RunConfig;
  /** The worker has been asked for checkpoints all along. */
  asked: boolean;
  checkpointStep: number;
}

/** The state of a run that has just come into the worker. @param kept the record that it goes on with */
export const liveRun = (run: Run, expected: Expected, kept: RunRecord | undefined): Live => ({
  runId: run.id,
  expected,
  series: run.series,
  grown: growthOf(run.series, kept ? run.series.length : 0),
  phase: kept ? "paused" : undefined,
  seconds: kept?.seconds ?? 0,
  since: undefined,
  touched: Number.NEGATIVE_INFINITY,
  saved: Number.NEGATIVE_INFINITY,
  config: run.config,
  asked: false,
  checkpointStep: hashedStep(kept),
});

/** Up to which step no checkpoint is asked for: of the one that was taken on the way, without a hash, it is at the next rest. */
const hashedStep = ({ checkpoint }: Partial<RunRecord> = {}) =>
  checkpoint ? checkpoint.step - (checkpoint.hash === "" ? 1 : 0) : 0;

/** Counts the seconds in training up to `at` milliseconds, where the run comes into `phase`. */
export function clock(live: Live, phase: RecordPhase, at: number): void {
  if (live.since !== undefined) live.seconds += (at - live.since) / 1000;
  live.since = phase === "training" ? at : undefined;
}

/** Brings a run into the phase that its state says, at `at` milliseconds. @returns whether it was in another one */
export function enter(live: Live, state: RunState, at: number): boolean {
  const phase = phaseOf(state, live.phase);
  const moved = phase !== live.phase;
  if (moved) clock(live, phase, at);
  live.phase = phase;
  return moved;
}

/** The phase that a record notes: what comes before the first update is none. */
function phaseOf({ phase }: RunState, before: RecordPhase | undefined): RecordPhase {
  if (phase === "loading" || phase === "compiling" || phase === "ready") return before ?? "paused";
  return phase;
}

/** What the record of a run says of how far it is, at `at` milliseconds. */
export function progressOf(run: Run, backend: ShownRun["backend"], mine: Live, at: number) {
  const { state } = run;
  return {
    config: run.config,
    policy: backend?.policy ?? "",
    backend: backend?.backend ?? "",
    phase: mine.phase ?? "paused",
    message: state.phase === "failed" ? state.message : undefined,
    step: Math.max(stepOf(state), run.series.step),
    final: run.series.newest(),
    seconds: mine.seconds + (mine.since === undefined ? 0 : (at - mine.since) / 1000),
  };
}
