import { useId } from "react";
import type { FieldValue } from "../../../lab/schema.ts";
import styles from "./Settings.module.css";

interface FoldProps {
  readonly title: string;
  readonly keys: readonly string[];
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  readonly children: React.ReactNode;
}

/** A section behind its title, which says how much in it was changed. */
export function Fold({ title, keys, values, defaults, children }: FoldProps) {
  const id = useId();
  const moved = keys.filter((key) => values[key] !== defaults[key]).length;
  return (
    <details className={styles.fold}>
      <summary id={id}>
        {title}
        {moved > 0 && <span className="caption"> {moved} changed</span>}
      </summary>
      {children}
    </details>
  );
}
