import { useEffect } from "react";
import { type Run, stepOf } from "../../../app/runStore.ts";
import type { HiddenSpell } from "../../../lab/alerts/alert.ts";
import type { MetricTable } from "../../../lab/record/metricTable.ts";
import { useLab } from "../../shared/labContext.ts";

/** A shorter look away says nothing about the pace. */
const LEAST_MS = 5000;

const NONE: readonly HiddenSpell[] = [];
/** By a run's metrics, which go with it; a new list whenever one of its spells has changed. */
const spells = new WeakMap<MetricTable, readonly HiddenSpell[]>();

export function spellsOf(run: Run | undefined): readonly HiddenSpell[] {
  return (run && spells.get(run.series)) || NONE;
}

/** Notes when the tab is hidden while a run trains, and how fast the run went before and meanwhile. */
export function useHiddenSpells(): void {
  const lab = useLab();
  useEffect(() => {
    let away:
      | { readonly runId: string; readonly from: number; readonly at: number; readonly before: number }
      | undefined;
    function changed(): void {
      const { run } = lab.run.getState();
      if (document.hidden) {
        const training = run?.state.phase === "training" && run.pace;
        away = training
          ? { runId: run.id, from: stepOf(run.state), at: performance.now(), before: run.pace.stepsPerSecond }
          : undefined;
        return;
      }
      const ms = away ? performance.now() - away.at : 0;
      if (away && run?.id === away.runId && ms >= LEAST_MS && run.state.phase === "training") {
        const until = stepOf(run.state);
        const { from, before } = away;
        spells.set(run.series, [...spellsOf(run), { from, until, before, during: (until - from) / (ms / 1000) }]);
        lab.pacer.notify();
      }
      away = undefined;
    }
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, [lab]);
}
