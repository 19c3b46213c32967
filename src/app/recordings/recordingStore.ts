import { createStore, type StoreApi } from "zustand/vanilla";
import { DEFAULT_PRESET } from "../../lab/lessons/presets.ts";
import { type Draft, experimentKey } from "../draftStore.ts";
import { type Recorded, runAt } from "./recorded.ts";

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
        // A page that shows no recording has nothing to read one with.
        const [{ recordedOf }, file] = await Promise.all([import("./readRecorded.ts"), read(`studies/${preset}.json`)]);
        store.setState({ recorded: recordedOf(file), settled: true });
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
