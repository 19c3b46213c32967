import type { Run } from "../../../app/runStore.ts";
import { useInTurn, useLab, useRuns } from "../../shared/labContext.ts";

type Progress = Pick<Run, "state" | "pace">;

/**
 * Where the run stands and how fast it goes: at once where its phase changes, while it rests, and while answers are rated, which
 * the worker tells twice a second and nothing else with it; else in turn with the charts. The worker tells it ten times a second, and each time the page would be laid out and painted for a bar that has grown by a
 * pixel.
 */
export function useProgress(): Progress | undefined {
  const { run: store } = useLab();
  const key = useRuns(({ run }) => (run?.state.phase === "training" ? (run.state.rating ?? run.id) : run?.state));
  return useInTurn<Progress | undefined>(() => store.getState().run, { same, key });
}

const same = (a: Progress | undefined, b: Progress | undefined) => a?.state === b?.state && a?.pace === b?.pace;
