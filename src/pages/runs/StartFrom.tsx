import { useDraft, useLab } from "../shared/labContext.ts";
import styles from "./Runs.module.css";

/** Says that the next run starts from another run's weights, and how to leave it. */
export function StartFrom() {
  const lab = useLab();
  const from = useDraft((draft) => draft.from);
  if (!from) return null;
  return (
    <p className={styles.from}>
      Instead, from the weights of “{from.name}”{from.step > 0 && ` at step ${from.step}`}. A link cannot carry them.{" "}
      <button type="button" className="quiet" onClick={() => lab.draft.setState({ from: undefined })}>
        Use the setting
      </button>
    </p>
  );
}
