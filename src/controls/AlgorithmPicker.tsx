import { useId } from "react";
import styles from "./AlgorithmPicker.module.css";

export interface AlgorithmOption {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly summary: string;
}

export interface AlgorithmPickerProps {
  readonly options: readonly AlgorithmOption[];
  readonly value: string;
  onChange(id: string): void;
}

/** One radio group; what the algorithms have in common stands at the left of their row. */
export function AlgorithmPicker({ options, value, onChange }: AlgorithmPickerProps) {
  const id = useId();
  const families = [...new Set(options.map((option) => option.family))];
  return (
    <div role="radiogroup" aria-label="Algorithm" className={styles.picker}>
      {families.map((family) => (
        <div key={family} className={styles.family}>
          <span className="caption">{family}</span>
          <div className={styles.options}>
            {options
              .filter((option) => option.family === family)
              .map((option) => (
                <label key={option.id} className={styles.option} title={option.summary}>
                  <input
                    type="radio"
                    name={id}
                    className={styles.radio}
                    checked={option.id === value}
                    onChange={() => onChange(option.id)}
                  />
                  {option.title}
                </label>
              ))}
          </div>
        </div>
      ))}
    </div>
  );
}
