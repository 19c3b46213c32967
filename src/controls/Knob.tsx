import { useId } from "react";
import type { Field, FieldValue } from "../lab/schema.ts";
import { ChoiceKnob } from "./ChoiceKnob.tsx";
import { CurveKnob, curveText } from "./CurveKnob.tsx";
import { FlagKnob } from "./FlagKnob.tsx";
import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";
import { NumberKnob } from "./NumberKnob.tsx";
import { entryText } from "./numberText.ts";
import { TextKnob } from "./TextKnob.tsx";

/** One control for one declared field: its kind picks the widget, everything else is read from the declaration. */
export function Knob(props: KnobProps) {
  const { name, field, value, initial, onChange, onAttend } = props;
  const id = useId();
  const parts: KnobParts = { id, helpId: `${id}-help` };
  const moved = value !== initial;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only shows the help that the control is described by
    <div
      className={styles.knob}
      data-moved={moved || undefined}
      onMouseEnter={() => onAttend?.(name)}
      onMouseLeave={() => onAttend?.(undefined)}
      onFocus={() => onAttend?.(name)}
      onBlur={() => onAttend?.(undefined)}
    >
      <label className={styles.label} htmlFor={id}>
        {field.label}
      </label>
      {widget(props, parts)}
      <button
        type="button"
        className={styles.reset}
        hidden={!moved}
        onClick={() => onChange(initial, true)}
        aria-label={`Reset ${field.label} to ${valueText(field, initial)}`}
        title={`Back to ${valueText(field, initial)}`}
      >
        ↺
      </button>
      <span id={parts.helpId} hidden>
        {helpText(field, initial)}
      </span>
    </div>
  );
}

function widget(props: KnobProps, parts: KnobParts) {
  switch (props.field.kind) {
    case "flag":
      return <FlagKnob {...(props as KnobProps<boolean>)} {...parts} />;
    case "choice":
      return <ChoiceKnob {...(props as KnobProps<string>)} {...parts} />;
    case "text":
      return <TextKnob {...(props as KnobProps<string>)} {...parts} />;
    case "curve":
      return <CurveKnob {...(props as KnobProps<string>)} {...parts} />;
    default:
      return <NumberKnob {...(props as KnobProps<number>)} {...parts} />;
  }
}

/** Everything that a field says about itself in words. */
export function helpText(field: Field, initial: FieldValue): string {
  const unit = field.unit ? ` In ${field.unit}.` : "";
  const live = field.live ? " May be changed during a run." : "";
  const source = field.source ? ` Source: ${field.source.replace(/\.$/, "")}.` : "";
  return `${field.help}${unit} Default ${valueText(field, initial)}.${live}${source}`;
}

export function valueText(field: Field, value: FieldValue): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return entryText(value);
  if (field.kind === "curve") return curveText(value);
  if (field.kind === "text") return value === "" ? "none" : `${value.length} characters`;
  return field.options?.find((option) => option.value === value)?.label ?? value;
}
