import { useLayoutEffect, useRef } from "react";
import type { Undo } from "../../app/history/historyStore.ts";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import styles from "./Runs.module.css";

/** Ten seconds to think again. The focus comes here, since the button that had it is gone. */
export function UndoToast() {
  const undo = useHistoryState((state) => state.undo);
  return (
    <div aria-live="polite" className={styles.toastPlace}>
      {undo && <Toast key={undo.runs[0]?.id} undo={undo} />}
    </div>
  );
}

function Toast({ undo }: { readonly undo: Undo }) {
  const history = useHistory();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const before = button.current;
    before?.focus();
    return () => {
      // The focus is led back to the list rather than to the top of the page.
      if (document.activeElement === before) document.getElementById("runs-title")?.focus();
    };
  }, []);
  return (
    <p className={styles.toast}>
      {undo.text}
      <button ref={button} type="button" className="button" onClick={history.undo}>
        Undo
      </button>
    </p>
  );
}
