import { PageLink } from "../bench/links/PageLink.tsx";
import { Notices } from "../bench/run/Notices.tsx";
import { useHistoryState } from "../shared/historyContext.ts";
import { CompareTable } from "./CompareTable.tsx";
import { ImportButton } from "./ImportButton.tsx";
import styles from "./RunsPage.module.css";
import { UndoToast } from "./UndoToast.tsx";

/** All runs beside one another: how they came out, and in what they differ. The name of one opens its curves and tokens. */
export default function RunsPage() {
  const count = useHistoryState(({ entries }) => entries.length);
  return (
    <main id="bench" className={styles.page} tabIndex={-1}>
      <Notices />
      <header className={styles.head}>
        <h2 id="runs-title" tabIndex={-1}>
          Runs
        </h2>
        <ImportButton />
        <PageLink page={undefined} className="quiet">
          Back to the workbench
        </PageLink>
      </header>
      {count === 0 ? (
        <p className="caption">No run has been kept in this browser yet. Train one, and it is here.</p>
      ) : (
        <CompareTable />
      )}
      <UndoToast />
    </main>
  );
}
