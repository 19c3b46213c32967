import { createStore, type StoreApi } from "zustand/vanilla";
import { phaseAt, type RunConfig } from "../lab/experiment/config.ts";
import { MetricTable } from "../lab/record/metricTable.ts";
import type { FieldValue } from "../lab/schema.ts";
import type { Sample, TokenRow } from "../lab/train/report.ts";
import { follows, isOver, type RunState } from "../lab/train/runState.ts";
import { dispatch, type Handlers, type LabEvent, type RunId } from "../lab/worker/protocol.ts";
import type { Answers } from "../lab/worker/questions.ts";
import { type Compute, type StartingPoint, withIntervention } from "./draftStore.ts";

type Backend = Pick<Extract<LabEvent, { type: "backend" }>, "policy" | "backend" | "device" | "reason" | "parameters">;
type Pace = Pick<
  Extract<LabEvent, { type: "pace" }>,
  "stepsPerSecond" | "tokensPerSecond" | "secondsLeft" | "deviceBytes"
>;

/** The run that the page shows. */
export interface Run {
  readonly id: RunId;
  /** As it was started, with the interventions made since. */
  readonly config: RunConfig;
  readonly compute: Compute;
  readonly from: StartingPoint | undefined;
  readonly state: RunState;
  readonly pace: Pace | undefined;
  readonly tokens: { readonly step: number; readonly rows: readonly TokenRow[] } | undefined;
  readonly samples: { readonly step: number; readonly samples: readonly Sample[] } | undefined;
  /** The last survey of CLL that was asked for. */
  readonly survey: Answers["survey"] | undefined;
  /** Mutated in place; read it again when `version` has moved. */
  readonly series: MetricTable;
  readonly version: number;
  /** Live settings that were sent and have not taken effect yet. */
  readonly awaited: Readonly<Record<string, FieldValue>>;
}

export interface ShownRun {
  readonly run: Run | undefined;
  /** Outlives a run: the next one will most likely have the same. */
  readonly backend: Backend | undefined;
}

/** What a run has when it begins, beyond its config. */
interface Begun {
  readonly from?: StartingPoint | undefined;
  /** What was measured before, where a run goes on. */
  readonly series?: MetricTable | undefined;
}

export interface RunStore extends StoreApi<ShownRun> {
  /** Begins to show a run that was just asked for. */
  begin(id: RunId, config: RunConfig, compute: Compute, more?: Begun): void;
  /** Takes one event of the worker; events of runs that are no longer shown are dropped. */
  receive(event: LabEvent): void;
  /** Shows a survey of a run, unless another run is shown by now. */
  surveyed(id: RunId, survey: Answers["survey"]): void;
  /** The worker is gone. */
  fail(message: string): void;
  await(key: string, value: FieldValue): void;
}

/** Drawings are told at most this often that columns have grown. */
const VERSION_MS = 100;

export function createRunStore(): RunStore {
  const store = createStore<ShownRun>(() => ({ run: undefined, backend: undefined }));
  let bump: ReturnType<typeof setTimeout> | undefined;

  function update(change: (run: Run) => Partial<Run>): void {
    store.setState(({ run }) => (run ? { run: { ...run, ...change(run) } } : {}));
  }

  function grown(): void {
    bump ??= setTimeout(() => {
      bump = undefined;
      update(({ version }) => ({ version: version + 1 }));
    }, VERSION_MS);
  }

  const handlers = handlersOf(store, update, grown);

  return {
    ...store,
    begin(id, config, compute, { from, series = new MetricTable() } = {}) {
      clearTimeout(bump);
      bump = undefined;
      const state: RunState = { phase: "loading", what: "the policy" };
      const fresh = {
        pace: undefined,
        tokens: undefined,
        samples: undefined,
        survey: undefined,
        series,
        version: 0,
      };
      store.setState({ run: { id, config, compute, from, state, awaited: {}, ...fresh } });
    },
    receive(event) {
      if (event.runId === store.getState().run?.id) dispatch(handlers, event);
    },
    surveyed(id, survey) {
      if (store.getState().run?.id === id) update(() => ({ survey }));
    },
    fail(message) {
      // What is over stays as it ended.
      update(({ state }) =>
        isOver(state.phase) ? {} : { state: { phase: "failed", step: stepOf(state), message }, awaited: {} },
      );
    },
    await(key, value) {
      update(({ awaited }) => ({ awaited: { ...awaited, [key]: value } }));
    },
  };
}

/** What the events of the worker change of the run that is shown. @param grown tells that columns have grown */
function handlersOf(
  store: StoreApi<ShownRun>,
  update: (change: (run: Run) => Partial<Run>) => void,
  grown: () => void,
): Handlers<LabEvent> {
  return {
    backend({ policy, backend, device, reason, parameters }) {
      store.setState({ backend: { policy, backend, device, reason, parameters } });
    },
    state({ state }) {
      update(({ config, state: before }) => {
        if (!follows(before, state)) return {};
        const phaseOf = (one: RunState) => phaseAt(config, stepOf(one) + 1).number;
        // A change that did not reach its phase before the end of it comes no more.
        return { state, ...(phaseOf(state) !== phaseOf(before) && { awaited: {} }) };
      });
    },
    metrics({ rows }) {
      const series = store.getState().run?.series;
      for (const row of rows) series?.append(row);
      grown();
    },
    tokens({ step, rows }) {
      update(() => ({ tokens: { step, rows } }));
    },
    samples({ step, samples }) {
      update(() => ({ samples: { step, samples } }));
    },
    pace({ stepsPerSecond, tokensPerSecond, secondsLeft, deviceBytes }) {
      update(() => ({ pace: { stepsPerSecond, tokensPerSecond, secondsLeft, deviceBytes } }));
    },
    intervened({ step, key, value }) {
      update(({ config, awaited }) => {
        const { [key]: _, ...others } = awaited;
        return { config: withIntervention(config, { step, key, value }), awaited: others };
      });
    },
    notice() {
      // Said among the page's notices.
    },
    watched() {
      // Part of the stream that the microscope and the library's token recorder follow.
    },
    checkpoint() {
      // Stored with the run, see history/recorder.ts.
    },
  };
}

/** Updates made so far. */
export function stepOf(state: RunState): number {
  return "step" in state ? state.step : 0;
}
