import { PageLink } from "../bench/links/PageLink.tsx";
import { useHistoryState } from "../shared/historyContext.ts";
import { EntryList } from "./EntryList.tsx";
import { ImportButton } from "./ImportButton.tsx";
import { PlanForms } from "./PlanForms.tsx";
import { RecoveryNote } from "./RecoveryNote.tsx";
import styles from "./Runs.module.css";
import { UndoToast } from "./UndoToast.tsx";
import { referenceOf } from "./words.ts";

/** Runs at the side of the workbench: what was tried, how it came out, and what lies over the charts. */
export function RunsPanel() {
  const empty = useHistoryState(({ entries }) => entries.length === 0);
  const several = useHistoryState(({ entries }) => entries.length > 1);
  return (
    <section className={styles.panel} aria-labelledby="runs-title">
      <header className={styles.head}>
        <h2 id="runs-title" tabIndex={-1}>
          Runs
        </h2>
        <ImportButton />
        {several && (
          <PageLink page="runs" className="quiet">
            Compare
          </PageLink>
        )}
      </header>
      <RecoveryNote />
      <EntryList />
      {empty ? (
        <p className={`caption ${styles.empty}`}>
          Every run is kept here with its curves and weights, for you alone: in this browser.
        </p>
      ) : (
        <Footnote />
      )}
      <PlanForms />
      <UndoToast />
    </section>
  );
}

function Footnote() {
  const reference = useHistoryState((state) => referenceOf(state)?.name);
  const several = useHistoryState(({ entries }) => entries.length > 1);
  const lasting = useHistoryState((state) => state.lasting);
  return (
    <p className={`caption ${styles.footnote}`}>
      {several && reference && `Differences are to “${reference}”. `}
      {!lasting && "This browser keeps nothing for this page: export what you need before you close it."}
    </p>
  );
}
