import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Draft, Experiment } from "../app/draftStore.ts";
import { createLab, isStale, type Lab, shownRun } from "../app/lab.ts";
import { spawnLabWorker } from "../app/labClient.ts";
import type { Run, Runs } from "../app/runStore.ts";

export const LabContext = createContext<Lab | undefined>(undefined);

let shared: Lab | undefined;

/** The lab of this page, made once: there is one address and one worker. */
export function pageLab(): Lab {
  shared ??= createLab(window, spawnLabWorker);
  return shared;
}

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error("a part of the bench must stand within LabContext, got none");
  return lab;
}

/** One thing of the draft; whoever asks is drawn again only when it changes. */
export function useDraft<T>(select: (draft: Draft) => T): T {
  return useStore(useLab().draft, select);
}

/** The same one while only the way changes in which it is looked at. */
export function useExperiment(): Experiment {
  return useDraft(useShallow(({ view: _, receipt: __, ...experiment }) => experiment));
}

export function useRuns<T>(select: (runs: Runs) => T): T {
  return useStore(useLab().run, select);
}

/** True where the knobs no longer describe the run that is shown. */
export function useStale(): boolean {
  const draft = useExperiment();
  return useRuns(({ run }) => run !== undefined && isStale(run, draft));
}

/**
 * The step at which the cursor is pinned, for what takes a while to follow it: the charts answer first, and what is drawn here
 * has a task of its own after that.
 */
export function usePinnedLater(): number | undefined {
  const { draft, pacer } = useLab();
  const [pinned, setPinned] = useState(() => draft.getState().view.cursor);
  useEffect(() => {
    const follow = () => setPinned(draft.getState().view.cursor);
    follow();
    const leave = [
      pacer.subscribe(follow),
      draft.subscribe((now, before) => {
        if (now.view.cursor !== before.view.cursor) pacer.hurry(follow);
      }),
    ];
    return () => {
      for (const go of leave) go();
    };
  }, [draft, pacer]);
  return pinned;
}

/** Reads the run in this component's own turn of the pacer, and at once when another run is shown. */
export function usePaced<T>(read: (run: Run | undefined) => T): T {
  const lab = useLab();
  const id = useRuns(({ run }) => run?.id);
  const latest = useRef(read);
  latest.current = read;
  const [value, setValue] = useState(() => read(shownRun(lab)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new run is read at once, whatever was shown before
  useEffect(() => {
    const draw = () => setValue(() => latest.current(shownRun(lab)));
    draw();
    return lab.pacer.subscribe(draw);
  }, [lab, id]);
  return value;
}
