import formulas from "virtual:formulas";
import styles from "./Settings.module.css";

export interface FormulaProps {
  /** The objective's id. */
  readonly id: string;
  readonly title: string;
}

/** What the algorithm minimises, as MathML that was made when the page was built. */
export function Formula({ id, title }: FormulaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that may scroll must be reachable by keyboard
    <section className={styles.formula} aria-label={`Loss of ${title}`} tabIndex={0}>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own formula, turned into MathML by the build */}
      <div dangerouslySetInnerHTML={{ __html: formulas[id] ?? "" }} />
    </section>
  );
}
