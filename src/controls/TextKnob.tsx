import { useState } from "react";
import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";

/** Text of one line; it counts with Enter, or once the focus leaves it. */
export function TextKnob({ field, value, onChange, id, helpId }: KnobProps<string> & KnobParts) {
  const [draft, setDraft] = useState<string>();
  return (
    <input
      id={id}
      className={styles.text}
      autoComplete="off"
      spellCheck={false}
      maxLength={field.most}
      value={draft ?? value}
      aria-describedby={helpId}
      onChange={({ target }) => setDraft(target.value)}
      onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
      onBlur={() => {
        if (draft !== undefined && draft !== value) onChange(draft, true);
        setDraft(undefined);
      }}
    />
  );
}
