import { lazy } from "react";
import { RunsPanel } from "../runs/RunsPanel.tsx";
import { FoldedPanel } from "../shared/FoldedPanel.tsx";
import { PanelBoundary } from "../shared/PanelBoundary.tsx";
import { Alerts } from "./alerts/Alerts.tsx";
import styles from "./Bench.module.css";
import { Apart } from "./charts/Apart.tsx";
import { LeadingCharts, OtherCharts, useCursor } from "./charts/Charts.tsx";
import { SamplesPanel } from "./charts/SamplesPanel.tsx";
import { usePaste } from "./data/usePaste.ts";
import { LinkMaker } from "./links/LinkMaker.tsx";
import { Note } from "./links/Note.tsx";
import { ReceiptLine } from "./links/ReceiptLine.tsx";
import { useView } from "./links/useView.ts";
import { FirstMinute } from "./recorded/FirstMinute.tsx";
import { Notices } from "./run/Notices.tsx";
import { PresetPicker } from "./run/PresetPicker.tsx";
import { RunBar } from "./run/RunBar.tsx";
import { Settings } from "./settings/Settings.tsx";
import { TokenPanel } from "./TokenPanel.tsx";

const FeedPanel = lazy(() => import("./feeds/FeedPanel.tsx"));
const DdtPanel = lazy(() => import("./survey/DdtPanel.tsx"));

/** One experiment: what it is, how it goes, and what it does to every token. */
export function Bench() {
  const cursor = useCursor();
  const { hidden, locked, panel } = useView();
  usePaste();
  return (
    <main
      id="bench"
      className={styles.bench}
      data-without={[hidden("settings") && "knobs", hidden("runs") && !panel("samples") && "side"]
        .filter(Boolean)
        .join(" ")}
      tabIndex={-1}
    >
      <section className={styles.middle} aria-label="Experiment">
        <Notices />
        <Note />
        {!hidden("presets") && <PresetPicker locked={locked("presets")} />}
        <FirstMinute />
        <ReceiptLine />
        <RunBar />
        <Drawn cursor={cursor} />
      </section>
      {!hidden("settings") && (
        <div className={styles.knobs}>
          <PanelBoundary what="The settings">
            <fieldset className={styles.all} disabled={locked("settings")}>
              <Settings />
            </fieldset>
          </PanelBoundary>
        </div>
      )}
      <div className={styles.side}>
        {/* Samples come while a hand reaches for the link: nothing that is pressed stands below them. */}
        <div>
          <PanelBoundary what="The runs">{!hidden("runs") && <RunsPanel />}</PanelBoundary>
          <LinkMaker />
        </div>
        <PanelBoundary what="The samples">{panel("samples") && <SamplesPanel />}</PanelBoundary>
      </div>
    </main>
  );
}

/** What the run does, in charts and token by token. */
function Drawn({ cursor }: { readonly cursor: ReturnType<typeof useCursor> }) {
  const { panel } = useView();
  return (
    <>
      <h2 className="spoken">Leading charts</h2>
      <PanelBoundary what="The leading charts">
        <LeadingCharts cursor={cursor} />
      </PanelBoundary>
      <PanelBoundary what="The alerts">
        <div className={styles.said}>
          <Alerts />
          <Apart />
        </div>
      </PanelBoundary>
      {panel("tokens") && (
        <PanelBoundary what="The tokens">
          <TokenPanel />
        </PanelBoundary>
      )}
      <h2 className="spoken">Other charts</h2>
      <PanelBoundary what="The charts">
        <OtherCharts cursor={cursor} />
      </PanelBoundary>
      {panel("tokens") && (
        <>
          <FoldedPanel
            title="Data in the feeds"
            caption="every demonstration, pair and rollout, to be read token by token"
            what="The feeds"
            panel={FeedPanel}
          />
          <FoldedPanel
            title="Data under the policy"
            caption="whose answers fit it, token by token"
            what="The survey"
            panel={DdtPanel}
          />
        </>
      )}
    </>
  );
}
