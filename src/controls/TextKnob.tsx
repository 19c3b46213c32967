import { useState } from "react";
import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";

/** Text of several lines; it counts once the focus leaves it. */
export function TextKnob({ field, value, onChange, id, helpId }: KnobProps<string> & KnobParts) {
  const [draft, setDraft] = useState<string>();
  return (
    <textarea
      id={id}
      className={styles.text}
      rows={4}
      spellCheck={false}
      maxLength={field.most}
      value={draft ?? value}
      aria-describedby={helpId}
      onChange={({ target }) => setDraft(target.value)}
      onBlur={() => {
        if (draft !== undefined && draft !== value) onChange(draft, true);
        setDraft(undefined);
      }}
    />
  );
}
