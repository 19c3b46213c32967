import { useId, useState } from "react";
import styles from "./AlgorithmPicker.module.css";

interface AlgorithmOption {
  readonly id: string;
  readonly title: string;
  /** The beginning of the title, where the family says the rest. */
  readonly short?: string | undefined;
  readonly family: string;
  readonly summary: string;
  /** Kept out of sight until somebody asks for more of its family. */
  readonly variant?: boolean | undefined;
}

interface AlgorithmPickerProps {
  readonly options: readonly AlgorithmOption[];
  readonly value: string;
  onChange(id: string): void;
}

/** One radio group; what the algorithms have in common stands at the left of their row. */
export function AlgorithmPicker({ options, ...choice }: AlgorithmPickerProps) {
  const id = useId();
  const families = [...new Set(options.map((option) => option.family))];
  return (
    <div role="radiogroup" aria-label="Algorithm" className={styles.picker}>
      {families.map((family) => (
        <Family
          key={family}
          group={id}
          family={family}
          options={options.filter((option) => option.family === family)}
          {...choice}
        />
      ))}
    </div>
  );
}

interface FamilyProps extends AlgorithmPickerProps {
  readonly family: string;
  readonly group: string;
}

/**
 * Variants out of sight stay in the group: arrow keys and screen readers reach all of them, and one that is chosen brings the
 * others of its family into sight.
 */
function Family({ family, group, options, value, onChange }: FamilyProps) {
  const [opened, setOpened] = useState(false);
  const variants = options.filter(({ variant }) => variant);
  const holds = variants.some((option) => option.id === value);
  const open = opened || holds;
  const chip = ({ id, title, short, summary }: AlgorithmOption) => (
    <label key={id} className={styles.option} title={summary}>
      <input type="radio" name={group} className={styles.radio} checked={id === value} onChange={() => onChange(id)} />
      {short ?? title}
      {short !== undefined && <span className="spoken">{title.slice(short.length)}</span>}
    </label>
  );
  return (
    <div className={styles.family}>
      <div className={styles.name}>
        <span className="caption">{family}</span>
        {variants.length > 0 && !holds && (
          <button
            type="button"
            className="quiet"
            aria-expanded={open}
            aria-label={open ? `fewer that ${family}` : `${variants.length} more that ${family}`}
            onClick={() => setOpened(!opened)}
          >
            {open ? "fewer" : `${variants.length} more`}
          </button>
        )}
      </div>
      <div className={styles.options}>
        {options.filter(({ variant }) => !variant).map(chip)}
        {variants.length > 0 && <span className={open ? styles.open : styles.folded}>{variants.map(chip)}</span>}
      </div>
    </div>
  );
}
