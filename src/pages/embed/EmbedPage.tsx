import { useState } from "react";
import { linkOf } from "../../app/draftStore.ts";
import { objectiveById } from "../../lab/objectives/index.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { useDraft } from "../labContext.ts";
import { Note } from "../links/Note.tsx";
import { ReceiptLine } from "../links/ReceiptLine.tsx";
import { RunCost } from "../links/RunCost.tsx";
import { useView } from "../links/useView.ts";
import { PanelBoundary } from "../PanelBoundary.tsx";
import { Charts, useCursor } from "../panels/Charts.tsx";
import { SamplesPanel } from "../panels/SamplesPanel.tsx";
import { Notices } from "../run/Notices.tsx";
import { RunBar } from "../run/RunBar.tsx";
import { TokenPanel } from "../tokens/TokenPanel.tsx";
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
        {objectiveById(config.algorithm).title} on {taskById(config.task).title}
      </h1>
      <RunCost />
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
