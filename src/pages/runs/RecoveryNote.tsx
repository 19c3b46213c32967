import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import styles from "./Runs.module.css";

/** A device was lost twice: the processor is slower and does not get lost. */
export function RecoveryNote() {
  const history = useHistory();
  const recovery = useHistoryState((state) => state.recovery);
  if (!recovery) return null;
  return (
    <div role="alert" className={styles.recovery}>
      <p>{recovery.text}</p>
      <button type="button" className="button" onClick={() => history.answerRecovery(true)}>
        Go on with WebAssembly
      </button>
      <button type="button" className="quiet" onClick={() => history.answerRecovery(false)}>
        Leave it
      </button>
    </div>
  );
}
