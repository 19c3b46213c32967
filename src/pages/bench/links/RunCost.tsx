import { useMemo } from "react";
import { isUntouched } from "../../../app/shownRun.ts";
import { aboutTokens, costOf } from "../../../lab/experiment/cost.ts";
import { aboutTime, excessOf, muchMemory, POSITIONS_PER_SECOND } from "../../../lab/experiment/demand.ts";
import { algorithmsOf } from "../../../lab/experiment/phases.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { useDraft, useLab, usePaced, useRuns, useStale } from "../../shared/labContext.ts";
import styles from "./Links.module.css";

/** The newest pace of this visit: a new run does not start from ignorance. */
let measured: number | undefined;

/** What Train will do and what it will cost, before it is pressed; and that it will be another run, where it will. */
export function RunCost() {
  const lab = useLab();
  const stale = useStale();
  const config = useDraft((draft) => draft.config);
  const pace = usePaced((run) => run?.pace?.stepsPerSecond);
  const trained = useRuns(({ run }) => run?.config);
  const fresh = useRuns(({ run }) => isUntouched(run));
  const cost = useMemo(() => costOf(config), [config]);
  const spent = useMemo(() => (!trained || trained === config ? cost : costOf(trained)), [trained, config, cost]);
  if (pace !== undefined && pace > 0 && trained) measured = (pace * spent.positions) / spent.steps;
  const seconds = cost.positions / (measured ?? POSITIONS_PER_SECOND);
  const changes = config.interventions.length;
  const what = `${algorithmsOf(config)} on ${taskById(config.task).title}`;
  const time = aboutTime(seconds);
  const excess = excessOf(config);
  const memory = muchMemory(config);
  if (excess && (fresh || stale)) {
    const { words, smaller } = excess;
    return (
      <p className={`caption ${styles.cost}`} aria-live="polite">
        {cost.steps} updates of {what} take {words}: nothing runs before Train is pressed twice.{" "}
        {smaller && (
          <button type="button" className={`quiet ${styles.back}`} onClick={() => lab.change(smaller)}>
            Make it smaller:{" "}
            {Object.entries(smaller)
              .map(([key, value]) => `${key} ${value}`)
              .join(", ")}
          </button>
        )}
      </p>
    );
  }
  // The run says for itself what it is and how it goes.
  if (!fresh && !stale) return null;
  return (
    <p className={`caption ${styles.cost}`} aria-live="polite">
      {stale && !fresh ? (
        <>
          Shown is {trained && `${algorithmsOf(trained)} on ${taskById(trained.task).title}`}; the settings have
          changed: Train starts a new run, {cost.steps} updates of {what}, {time}.{" "}
          <button type="button" className={`quiet ${styles.back}`} onClick={lab.backToRun}>
            Back to this run's settings
          </button>
        </>
      ) : (
        <>
          Train will make {cost.steps} updates of {what}
          {changes > 0 && `, with ${changes === 1 ? "one change" : `${changes} changes`} made by hand`}: about{" "}
          {aboutTokens(cost.tokens)} tokens, {time}{" "}
          {measured === undefined ? "on two processor cores, less on a GPU" : "at the pace measured here"}
          {memory !== undefined && `, and up to ${memory} of memory on the processor`}.
        </>
      )}
    </p>
  );
}
