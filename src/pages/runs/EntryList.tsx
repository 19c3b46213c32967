import { useState } from "react";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import { EntryRow } from "./EntryRow.tsx";
import { isMeant } from "./filter.ts";
import styles from "./Runs.module.css";
import { referenceOf } from "./words.ts";

/** As many rows as are there at once; hundreds would cost a frame with every step. */
const PAGE = 50;
/** With fewer a look finds what a filter would. */
const MANY = 12;
/** With more, each takes one line, and the list scrolls in its place instead of pushing away what stands below it. */
const FEW = 5;

/** All runs of the library, the newest first. */
export function EntryList() {
  const history = useHistory();
  const state = useHistoryState((now) => now);
  const [pages, setPages] = useState(1);
  const { entries, shown, solo, baseline, live } = state;
  const reference = referenceOf(state);
  const [filter, setFilter] = useState("");
  const many = entries.length > MANY;
  const meant = many && filter.trim() !== "" ? entries.filter((entry) => isMeant(entry, reference, filter)) : entries;
  const folded = entries.length > FEW;
  const visible = meant.slice(0, pages * PAGE);
  return (
    <>
      {many && (
        <p className={styles.filter}>
          <input
            type="search"
            className={styles.field}
            value={filter}
            placeholder="Filter by name or setting"
            aria-label="Filter runs"
            onChange={(event) => setFilter(event.target.value)}
          />
          <span className="caption" aria-live="polite">
            {meant.length === entries.length ? `${entries.length} runs` : `${meant.length} of ${entries.length} runs`}
          </span>
        </p>
      )}
      <ul className={styles.list} aria-label="Kept runs" data-many={folded ? "" : undefined}>
        {visible.map((entry) => (
          <EntryRow
            key={entry.id}
            {...{ entry, reference, live }}
            elsewhere={entry.runs.some(({ id }) => state.elsewhere.includes(id))}
            shown={shown.includes(entry.id)}
            solo={solo === entry.id}
            baseline={baseline === entry.id}
            folded={folded && !entry.runs.some(({ id }) => id === live)}
            onShow={history.show}
          />
        ))}
      </ul>
      {visible.length < meant.length && (
        <button type="button" className="quiet" onClick={() => setPages(pages + 1)}>
          {Math.min(PAGE, meant.length - visible.length)} more of {meant.length}
        </button>
      )}
    </>
  );
}
