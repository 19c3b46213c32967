import { useEffect, useId } from "react";
import { useDraft, useLab } from "../../shared/labContext.ts";
import styles from "./FirstMinute.module.css";
import { useRecorded } from "./useRecorded.ts";

/** Until somebody trains: what a recorded run of this very experiment did, and the button that makes one's own. */
export function FirstMinute() {
  const lab = useLab();
  const id = useId();
  const preset = useDraft(({ presetId }) => presetId);
  const recorded = useRecorded();
  useEffect(() => {
    if (preset !== undefined) void lab.recordings.load(preset);
  }, [lab, preset]);

  if (!recorded) return null;
  if (recorded === "coming") return <div className={styles.first} />;
  const { recording, run, sentence } = recorded;
  const steps = recording.tokens.map(({ step }) => step);
  const at = Math.max(0, steps.indexOf(run.tokens?.step ?? -1));
  return (
    <section className={styles.first} aria-label="A recorded run">
      <p>
        <b>A recorded run.</b> {sentence}{" "}
        <span className="caption">
          Measured on {recording.backend} in {Math.round(recording.seconds)} s.
        </span>
      </p>
      <div className={styles.acts}>
        <button type="button" className="button leads" onClick={lab.train}>
          Train it yourself
        </button>
        {steps.length > 1 && (
          <span className={styles.scrub}>
            <label htmlFor={id} className="caption">
              Its tokens at step {steps[at]}
            </label>
            <input
              id={id}
              type="range"
              className="slide"
              min={0}
              max={steps.length - 1}
              value={at}
              aria-valuetext={`step ${steps[at]}`}
              onChange={(event) => lab.recordings.lookAt(steps[Number(event.target.value)]!)}
            />
          </span>
        )}
      </div>
    </section>
  );
}
