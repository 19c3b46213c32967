import { useStore } from "zustand";
import { memoryArchive } from "../../app/history/archive.ts";
import { createHistory, type HistoryOptions, type RunHistory } from "../../app/history/history.ts";
import type { HistoryState } from "../../app/history/historyStore.ts";
import { NO_MEMORY } from "../../app/history/tabMemory.ts";
import { onlyTab } from "../../app/history/tabs.ts";
import type { Lab } from "../../app/lab.ts";
import { useLab } from "./labContext.ts";

/**
 * An experiment in somebody else's page neither sees the visitor's library nor leaves anything in it: its runs go on over a lost
 * device, and end with the frame. Who wants to keep one opens the experiment in the whole lab.
 */
const inFrame = (): HistoryOptions => ({
  archive: Promise.resolve(memoryArchive()),
  tabs: onlyTab(),
  memory: NO_MEMORY,
  persist: async () => {},
});

const made = new WeakMap<Lab, RunHistory>();

/** The history of a lab, made once: it listens as long as the lab lives. */
export function historyOf(lab: Lab): RunHistory {
  let runs = made.get(lab);
  if (!runs) {
    const { embed } = lab.draft.getState().view;
    runs = createHistory(lab, embed ? inFrame() : {});
    made.set(lab, runs);
    // A link may take a page out of its frame or into one, and its runs belong in the one library or in none: it begins anew.
    lab.draft.subscribe(({ view }) => {
      if (view.embed !== embed) location.reload();
    });
    // The charts look at what is in view in their own turns.
    runs.store.subscribe((now, before) => {
      if (now.entries !== before.entries || now.curves !== before.curves || viewMoved(now, before)) lab.pacer.notify();
    });
  }
  return runs;
}

function viewMoved(now: HistoryState, before: HistoryState): boolean {
  const keys = ["shown", "solo", "baseline", "live"] as const;
  return keys.some((key) => now[key] !== before[key]);
}

export function useHistory(): RunHistory {
  return historyOf(useLab());
}

/** One thing of the history; the component that asks is rendered again only when it changes. */
export function useHistoryState<T>(select: (state: HistoryState) => T): T {
  return useStore(useHistory().store, select);
}
