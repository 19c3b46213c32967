import type { ReactNode } from "react";
import styles from "./Charts.module.css";
import { Seen, useOnScreen } from "./useSeen.ts";

/** A chart's place in the grid; the chart keeps still while it is out of view. */
export function Cell({ children }: { readonly children: ReactNode }) {
  const [element, seen] = useOnScreen<HTMLDivElement>();
  return (
    <div ref={element} className={styles.cell}>
      <Seen value={seen}>{children}</Seen>
    </div>
  );
}
