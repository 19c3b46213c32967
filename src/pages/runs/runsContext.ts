import { useStore } from "zustand";
import { createRuns, type Runs } from "../../app/history/history.ts";
import type { RunsState } from "../../app/history/historyStore.ts";
import type { Lab } from "../../app/lab.ts";
import { useLab } from "../shared/labContext.ts";

const made = new WeakMap<Lab, Runs>();

/** The kept runs of a lab, made once: they listen as long as it lives. */
export function runsOf(lab: Lab): Runs {
  let runs = made.get(lab);
  if (!runs) {
    runs = createRuns(lab);
    made.set(lab, runs);
    // The charts look at what is in view in their own turns.
    runs.store.subscribe((now, before) => {
      if (now.entries !== before.entries || now.curves !== before.curves || viewMoved(now, before)) lab.pacer.notify();
    });
  }
  return runs;
}

function viewMoved(now: RunsState, before: RunsState): boolean {
  const keys = ["shown", "solo", "baseline", "live"] as const;
  return keys.some((key) => now[key] !== before[key]);
}

export function useKept(): Runs {
  return runsOf(useLab());
}

/** One thing of the kept runs; whoever asks is drawn again only when it changes. */
export function useKeptState<T>(select: (state: RunsState) => T): T {
  return useStore(useKept().store, select);
}
