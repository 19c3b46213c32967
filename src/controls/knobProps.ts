import type { Field, FieldValue } from "../lab/schema.ts";

export interface KnobProps<T extends FieldValue = FieldValue> {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: Field is invariant in its type, and a knob takes any of them
  readonly field: Field<any>;
  readonly value: T;
  /** What a reset goes back to: the preset's value, or the field's own. */
  readonly initial: T;
  /** A passing value of a moving slider is not `final`. */
  onChange(value: T, final: boolean): void;
  /** The pointer or the focus came to this knob, or left it. */
  onAttend?(name: string | undefined): void;
}

/** The parts that every kind of knob lays out in the same way. */
export interface KnobParts {
  readonly id: string;
  readonly helpId: string;
}
