import { useStore } from "zustand";
import { useLab } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

/** What went wrong, one sentence each. The page stays usable, and each goes when it has been read. */
export function Notices() {
  const lab = useLab();
  const notices = useStore(lab.notices);
  if (notices.length === 0) return null;
  return (
    <div role="alert" className={styles.notices}>
      {notices.map(({ id, text }) => (
        <p key={id}>
          <span>{text}</span>
          <button
            type="button"
            className="quiet"
            aria-label={`Dismiss: ${text}`}
            onClick={() => lab.notices.dismiss(id)}
          >
            ✕
          </button>
        </p>
      ))}
    </div>
  );
}
