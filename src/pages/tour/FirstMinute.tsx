import { useEffect, useId } from "react";
import { useStore } from "zustand";
import { isUntouched } from "../../app/lab.ts";
import { RECORDED, recordedFor } from "../../app/recordings/recordingStore.ts";
import { useDraft, useLab, useRuns } from "../labContext.ts";
import styles from "./FirstMinute.module.css";

/** Until somebody trains: what a recorded run of this very experiment did, and the button that makes one's own. */
export function FirstMinute() {
  const lab = useLab();
  const id = useId();
  const draft = useDraft((now) => now);
  const fresh = useRuns(({ run }) => isUntouched(run));
  const recordings = useStore(lab.recordings);
  const recorded = recordedFor(recordings, draft);
  const preset = draft.presetId;
  useEffect(() => {
    if (preset !== undefined) void lab.recordings.load(preset);
  }, [lab, preset]);

  if (!fresh || draft.receipt) return null;
  if (!recorded) {
    const coming = preset !== undefined && RECORDED.includes(preset) && !recordings.settled;
    return coming ? <div className={styles.first} /> : null;
  }
  const { recording, run, sentence } = recorded;
  const steps = recording.tokens.map(({ step }) => step);
  const at = Math.max(0, steps.indexOf(run.tokens?.step ?? -1));
  return (
    <section className={styles.first} aria-label="A recorded run">
      <p>
        <b>A recorded run.</b> {sentence}
      </p>
      <div className={styles.row}>
        <button type="button" className={`button ${styles.leads}`} onClick={lab.train}>
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
              min={0}
              max={steps.length - 1}
              value={at}
              aria-valuetext={`step ${steps[at]}`}
              onChange={(event) => lab.recordings.lookAt(steps[Number(event.target.value)]!)}
            />
          </span>
        )}
        <span className="caption">
          measured on {recording.backend} in {Math.round(recording.seconds)} s
        </span>
      </div>
    </section>
  );
}
