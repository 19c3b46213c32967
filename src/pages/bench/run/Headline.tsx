import type { Run } from "../../../app/runStore.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import { readoutText } from "../../../controls/numberText.ts";
import { headlineOf } from "../../../lab/lessons/headline.ts";
import { type MetricName, nounOf } from "../../../lab/metrics.ts";
import { measuredAt } from "../../../lab/record/outcome.ts";
import { useInTurn, useLab, useRuns } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

/** The one number of the run, e.g. `Sampled accuracy 0.71`, and what it rests on. */
interface Said {
  readonly what: string;
  readonly value: string;
  readonly where: string;
}

/** The headline of a run that has begun, as far as it was measured; undefined before. */
function headlineSaid(run: Run | undefined): Said | undefined {
  if (!run || isUntouched(run)) return undefined;
  const { config, series } = run;
  const found = ([headlineOf(config), "eval/accuracy"] as const satisfies readonly MetricName[]).find(
    (metric) => series.lastStepOf(metric) !== undefined,
  );
  const value = found && series.valueAt(found);
  if (found === undefined || value === undefined) return undefined;
  const noun = nounOf(found);
  const measured = {
    config,
    final: { [found]: value },
    step: series.step,
    phase: run.state.phase === "finished" ? run.state.phase : ("training" as const),
  };
  return {
    what: noun[0]!.toUpperCase() + noun.slice(1),
    value: readoutText(value),
    where: measuredAt([measured], found, series.lastStepOf(found)) ?? "",
  };
}

const same = (a: Said | undefined, b: Said | undefined) => a?.value === b?.value && a?.where === b?.where;

/** What the run has come to, as one number with its step, its problems and what chance alone would do to it. */
export function Headline() {
  const lab = useLab();
  const id = useRuns(({ run }) => run?.id);
  const said = useInTurn(() => headlineSaid(lab.run.getState().run), { same, key: id });
  if (!said) return null;
  return (
    <p className={styles.headline} title="In brackets: the 95% interval that chance alone leaves to so many problems.">
      {said.what} <b>{said.value}</b> <span className="caption">{said.where}</span>
    </p>
  );
}
