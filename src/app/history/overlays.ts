import type { MetricTable } from "../../lab/record/metricTable.ts";
import { freeTone, MAX_OVERLAY } from "../../lab/record/runRecord.ts";
import { type Entry, entriesInView, entryOf, type HistoryState } from "./historyStore.ts";
import type { Library } from "./library.ts";

/** Which entries lie over the charts, and their curves: read when they come into view, dropped when they leave it. */
export interface Overlays {
  of(id: string): MetricTable | undefined;
  /** The curves of a run that the worker has. */
  put(id: string, series: MetricTable): void;
  /** Whether one more fits over the charts. */
  hasRoom(): boolean;
  /** Where there is no room, another leaves. */
  show(entryId: string): void;
  hide(entryId: string): void;
  /** Reads what is in view and not here yet. */
  load(): Promise<void>;
}

export function createOverlays(library: Library): Overlays {
  const { store } = library;
  const here = new Map<string, MetricTable>();
  const coming = new Set<string>();

  const came = () => store.setState(({ curves }) => ({ curves: curves + 1 }));

  function inView(): Set<string> {
    const state = store.getState();
    const entries = [...entriesInView(state), ...entriesInView({ ...state, solo: undefined })];
    return new Set(entries.flatMap(({ runs }) => runs.map(({ id }) => id)));
  }

  async function load(): Promise<void> {
    const wanted = inView();
    for (const id of here.keys()) if (!wanted.has(id) && id !== store.getState().live) here.delete(id);
    const missing = [...wanted].filter((id) => !here.has(id) && !coming.has(id));
    await Promise.all(
      missing.map(async (id) => {
        coming.add(id);
        const table = await library.table(id);
        coming.delete(id);
        if (!here.has(id)) here.set(id, table);
      }),
    );
    if (missing.length > 0) came();
  }

  return {
    of: (id) => here.get(id),
    put(id, series) {
      here.set(id, series);
      came();
    },
    hasRoom: () => others(store.getState()).length < MAX_OVERLAY,
    show(entryId) {
      const state = store.getState();
      if (state.shown.includes(entryId)) return;
      const entry = entryOf(state, entryId);
      // One that is shown, a run that begins among them, is seen: another one no longer stands alone.
      store.setState({ shown: [...withRoom(state), entryId], solo: state.solo === entryId ? entryId : undefined });
      if (entry) recolor(library, entry);
      void load();
    },
    hide(entryId) {
      store.setState(({ shown, solo }) => ({
        shown: shown.filter((id) => id !== entryId),
        solo: solo === entryId ? undefined : solo,
      }));
      void load();
    },
    load,
  };
}

/** What is shown beside the baseline, which takes no place. */
function others(state: HistoryState): readonly string[] {
  return state.shown.filter((id) => id !== state.baseline && entryOf(state, id) !== undefined);
}

/** One place free among eight: the one that came first goes, unless it is pinned. */
function withRoom(state: HistoryState): readonly string[] {
  const shown = state.shown.filter((id) => entryOf(state, id) !== undefined);
  const before = others(state);
  if (before.length < MAX_OVERLAY) return shown;
  const goes = before.find((id) => !entryOf(state, id)?.pinned) ?? before[0];
  return shown.filter((id) => id !== goes);
}

/** An entry that comes back into view gives way where another has its colour by now. */
function recolor(library: Library, entry: Entry): void {
  const others = entriesInView({ ...library.store.getState(), solo: undefined }).filter(({ id }) => id !== entry.id);
  const tones = others.map(({ tone }) => tone);
  if (!tones.includes(entry.tone)) return;
  const tone = freeTone(tones);
  for (const { id } of entry.runs) library.patch(id, { tone });
}
