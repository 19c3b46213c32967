import { memo, useId } from "react";
import type { Entry } from "../../app/history/historyStore.ts";
import { EntryMenu } from "./EntryMenu.tsx";
import styles from "./Runs.module.css";
import { Swatch } from "./Swatch.tsx";
import { entryDifference, entryOutcome, entryState } from "./words.ts";

interface EntryRowProps {
  readonly entry: Entry;
  readonly reference: Entry | undefined;
  readonly live: string | undefined;
  /** Another tab writes it. */
  readonly elsewhere: boolean;
  readonly shown: boolean;
  readonly solo: boolean;
  readonly baseline: boolean;
  /** Among many runs it takes one line; the rest of what is said of it opens with its menu. */
  readonly folded: boolean;
  onShow(id: string, on: boolean): void;
}

/** One run, or one experiment under several seeds: its line, its name, how it came out and what sets it apart. */
export const EntryRow = memo(function EntryRow(props: EntryRowProps) {
  const { entry, reference, live, elsewhere, shown, solo, baseline, folded, onShow } = props;
  const id = useId();
  const { name, tone, runs } = entry;
  const outcome = entryOutcome(entry);
  const difference = entryDifference(entry, reference);
  const marks = [baseline && "baseline", solo && "solo", entry.pinned && "pinned"].filter(Boolean).join(", ");
  const said = (
    <p className={`caption ${styles.said}`}>
      {entryState(entry, live, elsewhere)}
      {outcome && ` · ${outcome.said}`}
      {marks && ` · ${marks}`}
      {difference && <span className={styles.difference}>{difference}</span>}
      {runs[0]!.damage && <span className={styles.difference}>{runs[0]!.damage}</span>}
      {runs[0]!.message && <span className={styles.difference}>{runs[0]!.message}</span>}
    </p>
  );
  return (
    <li
      className={styles.entry}
      aria-labelledby={id}
      data-folded={folded ? "" : undefined}
      data-out={shown || baseline || solo ? undefined : ""}
    >
      <div className={styles.line}>
        <input
          type="checkbox"
          className={styles.box}
          checked={shown}
          disabled={runs[0]!.phase === "damaged"}
          aria-label={`${name} in the charts`}
          onChange={(event) => onShow(entry.id, event.target.checked)}
        />
        <Swatch tone={tone} faint={baseline} />
        <span id={id} className={styles.name}>
          {name}
        </span>
        <span className={styles.outcome} title={outcome?.said}>
          {outcome?.value ?? "–"}
        </span>
      </div>
      {!folded && said}
      <EntryMenu {...{ entry, live, elsewhere, solo, baseline }}>{folded && said}</EntryMenu>
    </li>
  );
});
