import { useStore } from "zustand";
import type { Lab } from "../../app/lab.ts";
import { createRuns, type Runs } from "../../app/runs/runs.ts";
import type { RunsState } from "../../app/runs/runsStore.ts";
import { useLab } from "../labContext.ts";

const made = new WeakMap<Lab, Runs>();

/** The kept runs of a lab, made once: they listen as long as it lives. */
export function runsOf(lab: Lab): Runs {
  let runs = made.get(lab);
  if (!runs) {
    runs = createRuns(lab);
    made.set(lab, runs);
  }
  return runs;
}

export function useKept(): Runs {
  return runsOf(useLab());
}

/** One thing of the kept runs; whoever asks is drawn again only when it changes. */
export function useKeptState<T>(select: (state: RunsState) => T): T {
  return useStore(useKept().store, select);
}
