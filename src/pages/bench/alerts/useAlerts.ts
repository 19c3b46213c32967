import type { Run } from "../../../app/runStore.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import type { Alert, HiddenSpell } from "../../../lab/alerts/alert.ts";
import { alertsOf } from "../../../lab/alerts/index.ts";
import type { MetricTable } from "../../../lab/record/metricTable.ts";
import { usePaced } from "../../shared/labContext.ts";
import { spellsOf } from "./hiddenSpells.ts";

interface Known {
  readonly version: number;
  /** Rows of the series. */
  readonly length: number;
  readonly phase: string;
  readonly hidden: readonly HiddenSpell[];
  readonly alerts: readonly Alert[];
}

const known = new WeakMap<MetricTable, Known>();
const NONE: readonly Alert[] = [];

/**
 * A run is looked at from its first step on, so a long one is looked at less often: when it has grown by a hundredth. All
 * looks at a run of ten thousand steps together then cost as much as a hundred looks at the whole.
 */
const grown = (length: number, before: number) => (length - before) * 100 > before;

/** What the shown run suffers from; the same list as long as nothing has come. A recording and a run that waits have nothing. */
export function alertsOfRun(run: Run | undefined, hidden: readonly HiddenSpell[]): readonly Alert[] {
  if (!run || run.id.startsWith("recorded ") || (isUntouched(run) && run.state.phase !== "failed")) return NONE;
  const { series, version, state, config } = run;
  const before = known.get(series);
  const { length } = series;
  const same = before?.phase === state.phase && before.hidden === hidden;
  if (same && (before.version === version || (state.phase === "training" && !grown(length, before.length)))) {
    return before.alerts;
  }
  const failure = state.phase === "failed" ? state : undefined;
  const alerts = alertsOf({ config, metrics: series, failure, hidden });
  known.set(series, { version, length, phase: state.phase, hidden, alerts });
  return alerts;
}

export function useAlerts(): readonly Alert[] {
  return usePaced((run) => alertsOfRun(run, spellsOf(run)));
}
