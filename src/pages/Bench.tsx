import styles from "./Bench.module.css";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { Charts, TokenWeights, useCursor } from "./panels/Charts.tsx";
import { SamplesPanel } from "./panels/SamplesPanel.tsx";
import { Notices } from "./run/Notices.tsx";
import { PresetPicker } from "./run/PresetPicker.tsx";
import { RunBar } from "./run/RunBar.tsx";
import { Settings } from "./settings/Settings.tsx";
import { TokenPanel } from "./tokens/TokenPanel.tsx";

/** One experiment: what it is, how it goes, and what it does to every token. */
export function Bench() {
  const cursor = useCursor();
  return (
    <main id="bench" className={styles.bench} tabIndex={-1}>
      <section className={styles.middle} aria-label="Experiment">
        <Notices />
        <PresetPicker />
        <RunBar />
        <PanelBoundary what="The tokens">
          <TokenPanel chart={<TokenWeights cursor={cursor} />} />
        </PanelBoundary>
        <PanelBoundary what="The charts">
          <Charts cursor={cursor} />
        </PanelBoundary>
      </section>
      <div className={styles.knobs}>
        <PanelBoundary what="The settings">
          <Settings />
        </PanelBoundary>
      </div>
      <div className={styles.side}>
        <PanelBoundary what="The samples">
          <SamplesPanel />
        </PanelBoundary>
      </div>
    </main>
  );
}
