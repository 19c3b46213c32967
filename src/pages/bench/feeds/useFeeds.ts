import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { type FeedDesk, type FeedsSeen, feedDeskOf } from "../../../app/feeds/feedDesk.ts";
import { stepOf } from "../../../app/runStore.ts";
import type { FeedQuery } from "../../../lab/feeds/feedPage.ts";
import { useLab, useRuns } from "../../shared/labContext.ts";
import { obstacleOf } from "./feedWords.ts";

export function useFeedDesk(): FeedDesk {
  return feedDeskOf(useLab());
}

export function useFeedsSeen<T>(select: (seen: FeedsSeen) => T): T {
  return useStore(useFeedDesk(), select);
}

/** Knobs that move and words that are typed are waited for. */
const QUIET_MS = 350;
/** While a run trains, what every update has anew is read again this often. */
const AGAIN_MS = 2000;

/** Asks for a page whenever it would be another one. */
export function useQuery({ feed, from, count, search }: FeedQuery, perUpdate: boolean): void {
  const desk = useFeedDesk();
  const runId = useFeedsSeen((seen) => seen.runId);
  const phase = useRuns(({ run }) => run?.state.phase);
  const can = obstacleOf(phase) === undefined;
  const step = useSlowStep(perUpdate);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run and a later step have other items
  useEffect(() => {
    if (can) desk.ask({ feed, from, count, ...(search !== undefined && { search }) });
  }, [desk, runId, can, feed, from, count, search, step]);
}

/** The step of the run: at rest as it is, while it trains now and then; always 0 where nobody needs it. */
function useSlowStep(wanted: boolean): number {
  const lab = useLab();
  const training = useRuns(({ run }) => run?.state.phase === "training");
  const atRest = useRuns(({ run }) => (run && run.state.phase !== "training" ? stepOf(run.state) : undefined));
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (!wanted || !training) return;
    const timer = setInterval(() => {
      const { run } = lab.run.getState();
      if (run) setSeen(stepOf(run.state));
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [lab, wanted, training]);
  return wanted ? (atRest ?? seen) : 0;
}

/** A value once it has stood still for a moment. */
export function useQuiet<T>(value: T): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return quiet;
}
