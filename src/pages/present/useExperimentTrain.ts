import { useState } from "react";
import { stepOf } from "../../app/runStore.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import { phaseText } from "../bench/run/RunBar.tsx";
import { useProgress } from "../bench/run/useProgress.ts";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import { useDraft, useLab, useRuns, useStale } from "../shared/labContext.ts";

/** The one button of a presented experiment or race, and how far it is. */
export function useExperimentTrain(race: readonly string[]) {
  const lab = useLab();
  const history = useHistory();
  const plan = useHistoryState((state) => state.plan);
  const { state } = useProgress() ?? {};
  const phase = useRuns(({ run }) => run?.state.phase);
  const stale = useStale();
  const steps = useRuns(({ run }) => run && totalSteps(run.config));
  const drafted = useDraft(({ config }) => totalSteps(config));
  const [raced, setRaced] = useState(0);
  const busy = !stale && phase === "training";
  const ended = !stale && (phase === "finished" || phase === "stopped" || phase === "failed");
  const at = state && !stale ? stepOf(state) : 0;
  const step = `step ${at} of ${stale ? drafted : (steps ?? drafted)}`;
  const progress = `${plan ? `Run ${plan.done + 1} of ${plan.of}, ${step}` : step.replace("s", "S")}, ${stale ? "not started" : phaseText(state)}.`;
  if (race.length === 0 || plan) {
    const label = busy ? "Pause" : phase === "paused" && !stale ? "Go on" : ended && !plan ? "Train again" : "Train";
    return { label, press: busy ? lab.pause : lab.train, progress };
  }
  const press = () => {
    // What was compared before is another picture.
    for (const id of history.store.getState().shown) history.show(id, false);
    if (raced > 0) lab.change({ seed: lab.draft.getState().config.start.seed + 1 });
    setRaced(raced + 1);
    history.race(race);
  };
  return { label: raced > 0 ? "Race the next seed" : `Race ${race.length}`, press, progress };
}
