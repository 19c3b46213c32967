import { createContext, useCallback, useContext, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { type Draft, type Experiment, experimentOf } from "../../app/draftStore.ts";
import { createLab, type Lab } from "../../app/lab.ts";
import { spawnLabWorker } from "../../app/labClient.ts";
import type { Run, ShownRun } from "../../app/runStore.ts";
import { isStale, shownRun } from "../../app/shownRun.ts";

export const LabContext = createContext<Lab | undefined>(undefined);

let shared: Lab | undefined;

/** The lab of this page, made once: there is one address and one worker. */
export function pageLab(): Lab {
  shared ??= createLab(window, spawnLabWorker);
  return shared;
}

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error("a part of the page must stand within LabContext, got none");
  return lab;
}

/** One thing of the draft; whoever asks is drawn again only when it changes. */
export function useDraft<T>(select: (draft: Draft) => T): T {
  return useStore(useLab().draft, select);
}

/** The same one while only the way changes in which it is looked at. */
export function useExperiment(): Experiment {
  return useDraft(experimentOf);
}

export function useRuns<T>(select: (runs: ShownRun) => T): T {
  return useStore(useLab().run, select);
}

/** True where the knobs no longer describe the run that is shown. */
export function useStale(): boolean {
  const draft = useExperiment();
  return useRuns(({ run }) => run !== undefined && isStale(run, draft));
}

interface Turns<T> {
  /** Whether there is nothing new between two readings. */
  same?(before: T, now: T): boolean;
  /** Where it changes, the reading is not left until the next turn. */
  readonly key?: unknown;
  /** Keeps still otherwise. */
  readonly live?: boolean;
  /** Tells where somebody waits for the next turn. The same function every time. @returns how to leave */
  waited?(tell: () => void): () => void;
}

/** Reads something in this component's own turn of the pacer. */
export function useInTurn<T>(read: () => T, { same = Object.is, key, live = true, waited }: Turns<T> = {}): T {
  const { pacer } = useLab();
  const latest = useRef({ read, same });
  latest.current = { read, same };
  const [value, setValue] = useState(read);
  const shown = useRef(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is one of what is read
  useEffect(() => {
    const draw = () => {
      const now = latest.current.read();
      if (latest.current.same(shown.current, now)) return false;
      shown.current = now;
      setValue(() => now);
      return true;
    };
    draw();
    if (!live) return;
    const leave = [pacer.subscribe(draw), waited?.(() => pacer.hurry(draw))];
    return () => {
      for (const go of leave) go?.();
    };
  }, [pacer, key, live, waited]);
  return value;
}

/** Reads the run in this component's own turn of the pacer, and at once when another run is shown. */
export function usePaced<T>(read: (run: Run | undefined) => T): T {
  const lab = useLab();
  const id = useRuns(({ run }) => run?.id);
  return useInTurn(() => read(shownRun(lab)), { key: id });
}

/**
 * The step at which the cursor is pinned, for what takes a while to follow it: the charts answer first, and what is drawn here
 * has a task of its own after that.
 */
export function usePinnedLater(): number | undefined {
  const { draft } = useLab();
  const waited = useCallback(
    (tell: () => void) =>
      draft.subscribe((now, before) => {
        if (now.view.cursor !== before.view.cursor) tell();
      }),
    [draft],
  );
  return useInTurn(() => draft.getState().view.cursor, { waited });
}
