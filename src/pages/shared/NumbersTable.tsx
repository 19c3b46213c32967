import type { ReactNode } from "react";
import styles from "./NumbersTable.module.css";

interface Props {
  readonly label: string;
  /** Head and body. */
  readonly children: ReactNode;
}

/** The numbers of a picture, in a box that scrolls. */
export function NumbersTable({ label, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.box} tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  );
}
