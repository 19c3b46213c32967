import { useEffect, useRef, useState } from "react";
import { countText, durationText } from "./numberText.ts";
import styles from "./RunProgress.module.css";

interface RunProgressProps {
  readonly step: number;
  readonly steps: number;
  /** `training`, `paused`, `loading the checkpoint`: one or a few words. */
  readonly phase: string;
  readonly moving: boolean;
}

interface PaceProps {
  readonly moving: boolean;
  readonly stepsPerSecond: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Where the run stands, in figures and as a bar. */
export function RunProgress({ step, steps, phase, moving }: RunProgressProps) {
  return (
    <div className={styles.progress}>
      <div
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={steps}
        aria-valuenow={step}
        className={styles.bar}
      >
        <div style={{ transform: `scaleX(${steps > 0 ? Math.min(1, step / steps) : 0})` }} />
      </div>
      <Status text={`Step ${step} of ${steps}`} settled={!moving} />
      <span aria-live="polite" className={styles.phase}>
        {phase}
      </span>
    </div>
  );
}

/** Screen readers would read every step aloud, so while the run moves the words follow at this rhythm. */
const SPOKEN_MS = 500;

function Status({ text, settled }: { readonly text: string; readonly settled: boolean }) {
  const [shown, setShown] = useState(text);
  const last = useRef(0);
  useEffect(() => {
    const wait = settled ? 0 : Math.max(0, last.current + SPOKEN_MS - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setShown(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, settled]);
  return (
    <span role="status" className={styles.status}>
      {settled ? text : shown}
    </span>
  );
}

/** How fast it goes, and while it goes how long it still takes. */
export function RunPace({ moving, stepsPerSecond, tokensPerSecond, secondsLeft }: PaceProps) {
  const left = moving && Number.isFinite(secondsLeft) ? `${durationText(secondsLeft)} left · ` : "";
  return (
    <span className={`caption ${styles.pace}`}>
      {`${left}${stepsPerSecond.toFixed(1)} steps/s · ${countText(tokensPerSecond)} tokens/s`}
    </span>
  );
}
