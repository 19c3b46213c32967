import styles from "./Runs.module.css";
import { useKept, useKeptState } from "./runsContext.ts";

/** A device was lost twice: the processor is slower and does not get lost. */
export function RescueNote() {
  const kept = useKept();
  const rescue = useKeptState((state) => state.rescue);
  if (!rescue) return null;
  return (
    <div role="alert" className={styles.rescue}>
      <p>{rescue.text}</p>
      <button type="button" className="button" onClick={() => kept.answerRescue(true)}>
        Go on with WebAssembly
      </button>
      <button type="button" className="quiet" onClick={() => kept.answerRescue(false)}>
        Leave it
      </button>
    </div>
  );
}
