import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";

export function ChoiceKnob({ field, value, initial, onChange, id, helpId }: KnobProps<string> & KnobParts) {
  return (
    <select
      id={id}
      className={`select ${styles.choice}`}
      value={value}
      aria-describedby={helpId}
      onChange={(event) => onChange(event.target.value, true)}
    >
      {field.options?.map((option) => (
        <option key={option.value} value={option.value} title={option.help}>
          {option.label}
          {option.value === initial ? " (default)" : ""}
        </option>
      ))}
    </select>
  );
}
