import {
  configAt,
  type Phase as ExperimentPhase,
  type FlatConfig,
  phaseAt,
  phasesOf,
  type RunConfig,
  schemaOf,
} from "../lab/experiment/config.ts";
import { isPhaseKey, splitPhaseKey } from "../lab/experiment/phaseKeys.ts";
import { allowed, type Phase } from "../lab/train/runState.ts";
import { type DraftStore, type Experiment, experimentKey } from "./draftStore.ts";
import { type RecordingStore, recordedFor } from "./recordings/recordingStore.ts";
import { type Run, type RunStore, stepOf } from "./runStore.ts";

/** Whether a run of this phase can go on training. */
export const isActive = (phase: Phase) => phase === "ready" || phase === "training" || phase === "paused";

/** True where the knobs no longer describe the run that is shown. */
export function isStale(run: Run, draft: Experiment): boolean {
  return (
    run.compute.policy !== draft.compute.policy ||
    run.compute.backend !== draft.compute.backend ||
    run.from !== draft.from ||
    (run.config !== draft.config && experimentKey(run.config) !== experimentKey(draft.config))
  );
}

/** A run that only waits to begin: nothing is lost when another takes its place. */
export function isUntouched(run: Run | undefined): boolean {
  return !run || (stepOf(run.state) === 0 && run.state.phase !== "training" && run.series.length <= 1);
}

/** The config that the next update uses: with changes on their way to the run, and earlier interventions. */
export function inForce(run: Run | undefined, draft: Experiment): RunConfig {
  if (!run || isStale(run, draft)) return draft.config;
  return isActive(run.state.phase) ? configAt(run.config, stepOf(run.state) + 1) : draft.config;
}

/** The settings of one phase as its knobs show them: in force where the run makes its next update in this phase. */
export function settingsOf(run: Run | undefined, draft: Experiment, number: number): RunConfig {
  const phase = phasesOf(draft.config)[number - 1]!;
  if (!run || isStale(run, draft)) return phase.config;
  return phaseAt(run.config, stepOf(run.state) + 1).number === number ? inForce(run, draft) : phase.config;
}

/** Changes of the draft as changes of the phase under way; undefined unless all are of its live settings. */
export function liveChanges(changes: FlatConfig, { number, config }: ExperimentPhase): FlatConfig | undefined {
  const schema = schemaOf(config);
  const own: [string, FlatConfig[string]][] = [];
  for (const [full, value] of Object.entries(changes)) {
    const named = isPhaseKey(full) ? splitPhaseKey(full) : { number: 1, key: full };
    if (named?.number !== number || !schema[named.key]?.live) return undefined;
    own.push([named.key, value]);
  }
  return Object.fromEntries(own);
}

/** What the four buttons may do now; without a phase there is no run yet. */
export function buttonsOf(phase: Phase | undefined, stale: boolean): ReturnType<typeof allowed> {
  if (!phase) return { train: true, pause: false, step: true, stop: false };
  const may = allowed(phase);
  if (stale) return { ...may, train: true, step: phase !== "training" };
  // A press while the policy loads is kept until it is ready.
  const loading = phase === "loading" || phase === "compiling";
  return { ...may, train: may.train || loading, step: may.step || loading };
}

/** The stores of what the page shows. */
interface Shown {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly recordings: RecordingStore;
}

/** What tokens and charts are drawn from: the run, and before it has begun a recording of the same experiment, if there is one. */
export function shownRun(lab: Shown): Run | undefined {
  const { run } = lab.run.getState();
  if (!isUntouched(run)) return run;
  return recordedFor(lab.recordings.getState(), lab.draft.getState())?.run ?? run;
}
