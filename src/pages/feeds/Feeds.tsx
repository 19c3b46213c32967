import { lazy, Suspense, useId, useState } from "react";
import { PanelBoundary } from "../PanelBoundary.tsx";
import styles from "./FeedsFrame.module.css";

const FeedPanel = lazy(() => import("./FeedPanel.tsx"));

/** The place of the feeds on the bench; what is in it is loaded when it is opened. */
export function Feeds() {
  const id = useId();
  const [opened, setOpened] = useState(false);
  return (
    <figure className={styles.frame} aria-labelledby={id}>
      <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
        <summary>
          <h2 id={id}>Data in the feeds</h2>
          <span className="caption">every demonstration, pair and rollout, to be read token by token</span>
        </summary>
        {opened && (
          <PanelBoundary what="The feeds">
            <Suspense fallback={<p className="caption">Loading …</p>}>
              <FeedPanel />
            </Suspense>
          </PanelBoundary>
        )}
      </details>
    </figure>
  );
}
