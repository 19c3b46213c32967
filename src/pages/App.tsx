import { useEffect } from "react";
import type { Lab } from "../app/lab.ts";
import { preparePlots } from "../charts/LineChart.tsx";
import { ShareButton } from "../controls/ShareButton.tsx";
import styles from "./App.module.css";
import { Bench } from "./Bench.tsx";
import { LabContext, pageLab } from "./labContext.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { BackendBadge } from "./run/BackendBadge.tsx";
import "./tokens.css";

/** The whole page. */
export function App({ lab = pageLab() }: { readonly lab?: Lab }) {
  useEffect(
    () =>
      afterPaint(() => {
        lab.prepare();
        preparePlots();
      }),
    [lab],
  );
  return (
    <LabContext value={lab}>
      {/* biome-ignore lint/a11y/useValidAnchor: a skip link, in a page whose hash is taken */}
      <a className={styles.skip} href="#bench" onClick={skip}>
        Skip to the experiment
      </a>
      <header className={styles.top}>
        <h1 className={styles.brand}>
          Policy <i>Lab</i>
        </h1>
        <p className={`caption ${styles.tagline}`}>
          Post-train a small language model in this tab, and watch what each algorithm does to each token.
        </p>
        <BackendBadge />
        <ShareButton link={lab.link} />
      </header>
      <PanelBoundary what="The bench">
        <Bench />
      </PanelBoundary>
    </LabContext>
  );
}

/** The hash is the experiment, so a link within the page must not touch it. */
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("bench")?.focus();
}

/** The first picture comes before the work that it does not need. */
function afterPaint(work: () => void): () => void {
  const timer = setTimeout(work, 150);
  return () => clearTimeout(timer);
}
