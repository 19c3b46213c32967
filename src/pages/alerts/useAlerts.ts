import { isUntouched } from "../../app/lab.ts";
import type { Run } from "../../app/runStore.ts";
import type { Series } from "../../app/series.ts";
import type { Alert, HiddenSpell } from "../../lab/alerts/alert.ts";
import { alertsOf } from "../../lab/alerts/index.ts";
import { usePaced } from "../labContext.ts";
import { spellsOf } from "./hiddenSpells.ts";

interface Known {
  readonly version: number;
  readonly phase: string;
  readonly hidden: readonly HiddenSpell[];
  readonly alerts: readonly Alert[];
}

const known = new WeakMap<Series, Known>();
const NONE: readonly Alert[] = [];

/** What the shown run suffers from; the same list as long as nothing has come. A recording and a run that waits have nothing. */
export function alertsOfRun(run: Run | undefined, hidden: readonly HiddenSpell[]): readonly Alert[] {
  if (!run || run.id.startsWith("recorded ") || (isUntouched(run) && run.state.phase !== "failed")) return NONE;
  const { series, version, state, config } = run;
  const before = known.get(series);
  if (before?.version === version && before.phase === state.phase && before.hidden === hidden) return before.alerts;
  const failure = state.phase === "failed" ? state : undefined;
  const alerts = alertsOf({ config, metrics: series, failure, hidden });
  known.set(series, { version, phase: state.phase, hidden, alerts });
  return alerts;
}

export function useAlerts(): readonly Alert[] {
  return usePaced((run) => alertsOfRun(run, spellsOf(run)));
}
