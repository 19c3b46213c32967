import { Knob } from "../../../controls/Knob.tsx";
import type { FlatConfig } from "../../../lab/experiment/config.ts";
import { phaseKey } from "../../../lab/experiment/phaseKeys.ts";
import type { FieldValue, Schema } from "../../../lab/schema.ts";
import { useLab } from "../../shared/labContext.ts";
import { useView } from "../links/useView.ts";
import styles from "./Settings.module.css";

interface KnobsProps {
  readonly schema: Schema;
  readonly keys: readonly string[];
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  /** Of a later phase. */
  readonly phase?: number;
  /** What a change of a knob changes with it; nothing more unless given. */
  alongWith?(key: string, value: FieldValue): FlatConfig;
  /** The knob that the pointer or the focus is on, by its key in a link. */
  onAttend(key: string | undefined): void;
}

/** Knobs of the experiment: a change goes to the run where that is safe, else to the draft. */
export function Knobs({ schema, keys, values, defaults, phase, alongWith, onAttend }: KnobsProps) {
  const lab = useLab();
  const { hidden, locked } = useView();
  return keys
    .filter((key) => !hidden(key))
    .map((key) => {
      const name = phase === undefined ? key : phaseKey(phase, key);
      const knob = (
        <Knob
          key={key}
          name={name}
          field={schema[key]!}
          value={values[key]!}
          initial={defaults[key]!}
          onChange={(value, final) => lab.change({ ...alongWith?.(key, value), [name]: value }, final)}
          onAttend={onAttend}
        />
      );
      if (!locked(key)) return knob;
      return (
        <fieldset key={key} disabled className={styles.locked}>
          {knob}
        </fieldset>
      );
    });
}
