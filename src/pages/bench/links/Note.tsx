import { useDraft } from "../../shared/labContext.ts";
import styles from "./Links.module.css";

/** What somebody wrote into the link, as plain text. */
export function Note() {
  const note = useDraft(({ view }) => view.note);
  const locked = useDraft(({ view }) => view.lock.length > 0 || view.hide.length > 0);
  if (note === "" && !locked) return null;
  return (
    <aside className={styles.note} aria-label="Note of the link">
      {note !== "" && <p>{note}</p>}
      {locked && <p className="caption">Whoever made this link has set some of the controls aside.</p>}
    </aside>
  );
}
