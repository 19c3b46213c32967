import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import { DEFAULT_PRESET } from "../../lab/lessons/presets.ts";
import { type Recording, readRecording } from "../../lab/record/recording.ts";
import { whatHappened } from "../../lab/record/whatHappened.ts";
import { type Draft, experimentKey } from "../draftStore.ts";
import type { Run } from "../runStore.ts";

/** A finished run that was recorded, ready to be shown in the place of one that has not begun. */
export interface Recorded {
  readonly recording: Recording;
  readonly config: RunConfig;
  /** {@link experimentKey} of its experiment. */
  readonly of: string;
  /** What happened, in one sentence. */
  readonly sentence: string;
  readonly run: Run;
}

interface Recordings {
  /** The newest one that was asked for and came. */
  readonly recorded: Recorded | undefined;
  /** True once the first one has come or could not be had. */
  readonly settled: boolean;
}

export interface RecordingStore extends StoreApi<Recordings> {
  /** Fetches the recording of a preset, if there is one. Never throws. */
  load(preset: string): Promise<void>;
  /** Shows the tokens of another recorded step. */
  lookAt(step: number): void;
}

/** The presets of which `public/studies/` holds a recording. */
export const RECORDED: readonly string[] = [DEFAULT_PRESET, "chord-mu-countdown"];

type FetchJson = (path: string) => Promise<unknown>;

const fetchJson: FetchJson = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} must be on the server, got ${response.status}`);
  return response.json();
};

export function createRecordingStore(read: FetchJson = fetchJson): RecordingStore {
  const store = createStore<Recordings>(() => ({ recorded: undefined, settled: false }));
  return {
    ...store,
    async load(preset) {
      if (!RECORDED.includes(preset)) {
        store.setState({ settled: true });
        return;
      }
      if (store.getState().recorded?.recording.preset === preset) return;
      try {
        store.setState({ recorded: recordedOf(await read(`studies/${preset}.json`)), settled: true });
      } catch {
        // The page is whole without it: the charts are empty until the first run.
        store.setState({ settled: true });
      }
    },
    lookAt(step) {
      store.setState(({ recorded }) =>
        recorded ? { recorded: { ...recorded, run: runAt(recorded.run, recorded.recording, step) } } : {},
      );
    },
  };
}

/** The recording in the place of a run that has not begun, where it is of the very experiment that Train would start. */
export function recordedFor({ recorded }: Recordings, draft: Pick<Draft, "config">): Recorded | undefined {
  return recorded && recorded.of === experimentKey(draft.config) ? recorded : undefined;
}

/** @throws {FileError} where the file is not a recording of a format that this build knows. */
export function recordedOf(file: unknown): Recorded {
  const recording = readRecording(file);
  const { config, table, preset, samples } = recording;
  const first: Run = {
    id: `recorded ${preset}`,
    config,
    compute: { policy: "auto", backend: "auto" },
    state: { phase: "finished", step: totalSteps(config) },
    from: undefined,
    pace: undefined,
    tokens: undefined,
    samples: samples.at(-1),
    survey: undefined,
    series: table,
    version: 1,
    awaited: {},
  };
  const run = runAt(first, recording, Number.POSITIVE_INFINITY);
  return { recording, config, of: experimentKey(config), sentence: whatHappened(table), run };
}

function runAt(run: Run, { tokens }: Recording, step: number): Run {
  const shown = tokens.findLast((kept) => kept.step <= step) ?? tokens[0];
  return { ...run, tokens: shown };
}
