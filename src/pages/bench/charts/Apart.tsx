import { useApart } from "../../runs/overlay.ts";
import styles from "./Charts.module.css";
import { useSubject } from "./useChart.ts";

/** Why runs that were asked for are not drawn over this one; nothing where all of them are. */
export function Apart() {
  const apart = useApart(useSubject());
  return apart === undefined ? null : <p className={`caption ${styles.apart}`}>{apart}</p>;
}
