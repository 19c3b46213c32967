import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";

export function FlagKnob({ value, onChange, id, helpId }: KnobProps<boolean> & KnobParts) {
  return (
    <input
      id={id}
      type="checkbox"
      className={styles.flag}
      checked={value}
      aria-describedby={helpId}
      onChange={(event) => onChange(event.target.checked, true)}
    />
  );
}
