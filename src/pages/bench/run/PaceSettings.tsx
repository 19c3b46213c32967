import { useEffect, useId, useState } from "react";
import { stepOf } from "../../../app/runStore.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import { totalSteps } from "../../../lab/experiment/phases.ts";
import { useLab, useRuns } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

/** Steps a second that a class can follow; 0 lifts the limit. */
const SPEEDS = [0, 10, 4, 2, 1] as const;

/** For teaching: a slower pace, training on to a chosen step, the same run from its beginning. */
export default function PaceSettings() {
  const lab = useLab();
  const run = useRuns((runs) => runs.run);
  const reason = useRuns(({ backend }) => backend?.reason);
  const runId = run?.id;
  const [speed, setSpeed] = useState(0);
  const speedId = useId();

  useEffect(() => {
    if (runId !== undefined) lab.send({ type: "limit", runId, stepsPerSecond: speed });
  }, [lab, runId, speed]);

  return (
    <div className={styles.teaching}>
      <label htmlFor={speedId}>Speed</label>
      <select id={speedId} className="select" value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
        {SPEEDS.map((value) => (
          <option key={value} value={value}>
            {value === 0 ? "as fast as it goes" : `at most ${value} ${value === 1 ? "step" : "steps"} a second`}
          </option>
        ))}
      </select>
      <RunTo />
      <button
        type="button"
        className="button"
        aria-disabled={isUntouched(run)}
        onClick={() =>
          run &&
          !isUntouched(run) &&
          lab.mayStart(`${run.id} again`) &&
          lab.begin({ config: run.config, compute: run.compute, from: run.from })
        }
      >
        Restart with the same seed
      </button>
      <span className="caption">
        {run?.pace && `${(run.pace.deviceBytes / 1e6).toFixed(1)} MB on the device. `}
        {reason}
      </span>
    </div>
  );
}

/** Trains on to a step of one's choice, and pauses there. */
function RunTo() {
  const lab = useLab();
  const run = useRuns((runs) => runs.run);
  const [text, setText] = useState("");
  const id = useId();
  const goal = Number(text);
  const waits = run?.state.phase === "ready" || run?.state.phase === "paused" || run?.state.phase === "training";
  const from = run ? stepOf(run.state) : 0;
  const fits = Number.isInteger(goal) && goal > from && goal <= (run ? totalSteps(run.config) : 0);
  const can = waits && fits;
  return (
    <form
      className={styles.goal}
      onSubmit={(event) => {
        event.preventDefault();
        if (run && can) lab.send({ type: "train", runId: run.id, until: goal });
      }}
    >
      <label htmlFor={id}>Run to step</label>
      <input
        id={id}
        inputMode="numeric"
        size={5}
        value={text}
        aria-invalid={text !== "" && !fits}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" aria-disabled={!can}>
        Go on
      </button>
      {text !== "" && !fits && run && (
        <span className="caption" role="alert">
          It must be a whole number from {from + 1} to {totalSteps(run.config)}, got {text}.
        </span>
      )}
    </form>
  );
}
