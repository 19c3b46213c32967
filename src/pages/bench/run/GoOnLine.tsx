import { useHistory, useHistoryState } from "../../shared/historyContext.ts";
import styles from "./Run.module.css";

/** A run that a reload or a crash cut off: one press goes on with it. */
export function GoOnLine() {
  const history = useHistory();
  const goOn = useHistoryState((state) => state.goOn);
  if (!goOn) return null;
  return (
    <div role="status" className={styles.goOn}>
      <span>{goOn.text}</span>
      <button type="button" className="button" onClick={() => history.answerGoOn(true)}>
        {goOn.action}
      </button>
      <button type="button" className="quiet" onClick={() => history.answerGoOn(false)}>
        Leave it
      </button>
    </div>
  );
}
