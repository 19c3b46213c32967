import { useState } from "react";
import { EntryRow } from "./EntryRow.tsx";
import styles from "./Runs.module.css";
import { useKept, useKeptState } from "./runsContext.ts";
import { referenceOf } from "./words.ts";

/** As many rows as are there at once; hundreds would cost a frame with every step. */
const PAGE = 50;

/** Every run that was kept, the newest first. */
export function EntryList() {
  const kept = useKept();
  const state = useKeptState((now) => now);
  const [pages, setPages] = useState(1);
  const { entries, shown, solo, baseline, live } = state;
  const reference = referenceOf(state);
  const visible = entries.slice(0, pages * PAGE);
  return (
    <>
      <ul className={styles.list} aria-label="Kept runs">
        {visible.map((entry) => (
          <EntryRow
            key={entry.id}
            {...{ entry, reference, live }}
            shown={shown.includes(entry.id)}
            solo={solo === entry.id}
            baseline={baseline === entry.id}
            onShow={kept.show}
          />
        ))}
      </ul>
      {visible.length < entries.length && (
        <button type="button" className="quiet" onClick={() => setPages(pages + 1)}>
          {Math.min(PAGE, entries.length - visible.length)} more of {entries.length}
        </button>
      )}
    </>
  );
}
