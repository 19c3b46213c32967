import { type ComponentType, Suspense, useId, useState } from "react";
import styles from "./FoldedPanel.module.css";
import { PanelBoundary } from "./PanelBoundary.tsx";

interface Props {
  readonly title: string;
  readonly caption: string;
  /** What the panel shows, for the sentence where it fails: "the survey". */
  readonly what: string;
  /** Loaded when it is opened first. */
  readonly panel: ComponentType;
}

/** A place on the workbench that is folded at first; what is in it is loaded when it is opened, and stays. */
export function FoldedPanel({ title, caption, what, panel: Panel }: Props) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  return (
    <figure className={styles.frame} aria-labelledby={id}>
      <details onToggle={(event) => event.currentTarget.open && setOpened(true)}>
        <summary>
          <h2 id={id}>{title}</h2>
          <span className="caption">{caption}</span>
        </summary>
        {opened && (
          <PanelBoundary what={what}>
            <Suspense fallback={<p className="caption">Loading …</p>}>
              <Panel />
            </Suspense>
          </PanelBoundary>
        )}
      </details>
    </figure>
  );
}
