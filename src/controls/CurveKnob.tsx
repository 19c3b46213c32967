import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";

/** What was drawn, in a word: the chart is where it is drawn. */
export function CurveKnob({ value, id, helpId }: KnobProps<string> & KnobParts) {
  return (
    // The run's state is the page's one status.
    <output role="note" id={id} className={styles.choice} aria-describedby={helpId}>
      {value === "" ? "draw it in the chart" : curveText(value)}
    </output>
  );
}

export function curveText(text: string): string {
  if (text === "") return "none";
  const corners = text.split("_").length;
  return corners === 1 ? "1 corner" : `${corners} corners`;
}
