import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Enlarged.module.css";

interface EnlargedProps {
  readonly title: string;
  onClose(): void;
  /** @param height that there is for a plot, in pixels. */
  children(height: number): ReactNode;
}

/** Room for the title, the values, the axis and the sentences around a plot, in pixels. */
const AROUND = 200;

/** A chart over the whole page. Escape and the button close it, and the focus goes back to where it was opened. */
export function Enlarged({ title, onClose, children }: EnlargedProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-label={`${title}, enlarged`} onClose={onClose}>
      <button type="button" className={`button ${styles.close}`} onClick={() => dialog.current?.close()}>
        Close
      </button>
      {children(Math.max(160, innerHeight - AROUND))}
    </dialog>
  );
}
