import { lazy, Suspense, useId, useState } from "react";
import { PanelBoundary } from "../PanelBoundary.tsx";
import styles from "./DdtFrame.module.css";

const DdtPanel = lazy(() => import("./DdtPanel.tsx"));

/** The place of the survey on the bench; what is in it is loaded when it is opened. */
export function Ddt() {
  const id = useId();
  const [opened, setOpened] = useState(false);
  return (
    <figure className={styles.frame} aria-labelledby={id}>
      <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
        <summary>
          <h2 id={id}>Data under the policy</h2>
          <span className="caption">whose answers fit it, token by token</span>
        </summary>
        {opened && (
          <PanelBoundary what="The survey">
            <Suspense fallback={<p className="caption">Loading …</p>}>
              <DdtPanel />
            </Suspense>
          </PanelBoundary>
        )}
      </details>
    </figure>
  );
}
