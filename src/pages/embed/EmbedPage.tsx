import { useState } from "react";
import { linkOf } from "../../app/draftStore.ts";
import { algorithmsOf } from "../../lab/experiment/phases.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { Charts, useCursor } from "../bench/charts/Charts.tsx";
import { SamplesPanel } from "../bench/charts/SamplesPanel.tsx";
import { Note } from "../bench/links/Note.tsx";
import { ReceiptLine } from "../bench/links/ReceiptLine.tsx";
import { useView } from "../bench/links/useView.ts";
import { Notices } from "../bench/run/Notices.tsx";
import { RunBar } from "../bench/run/RunBar.tsx";
import { TokenPanel } from "../bench/TokenPanel.tsx";
import { useDraft } from "../shared/labContext.ts";
import { PanelBoundary } from "../shared/PanelBoundary.tsx";
import styles from "./EmbedPage.module.css";

/** An experiment in somebody else's page: its charts and what makes it run. Nothing is loaded for it before Train. */
export function EmbedPage() {
  const cursor = useCursor();
  const { view, panel } = useView();
  const config = useDraft((draft) => draft.config);
  const chosen = view.charts.length > 0;
  return (
    <main id="bench" className={styles.embed} tabIndex={-1}>
      <Notices />
      <Note />
      <h1>
        {algorithmsOf(config)} on {taskById(config.task).title}
      </h1>
      <RunBar />
      <ReceiptLine />
      {chosen && panel("tokens") && (
        <PanelBoundary what="The tokens">
          <TokenPanel />
        </PanelBoundary>
      )}
      <h2 className="spoken">Charts</h2>
      <PanelBoundary what="The charts">
        <Charts cursor={cursor} only={chosen ? undefined : ["accuracy", "reward"]} />
      </PanelBoundary>
      {chosen && panel("samples") && <SamplesPanel />}
      <p className="caption">
        <WholePage />
      </p>
    </main>
  );
}

function WholePage() {
  const draft = useDraft((now) => now);
  const [whole] = useState(() => location.href.split("#")[0]!);
  const address = whole + linkOf({ ...draft, view: { ...draft.view, embed: false } });
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      Open this experiment in Policy Lab
    </a>
  );
}
