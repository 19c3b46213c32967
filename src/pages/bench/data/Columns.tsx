import { useId } from "react";
import { type Mapping, ROLES, type Role } from "../../../lab/data/columns.ts";
import styles from "./Data.module.css";

interface ColumnsProps {
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  readonly open?: boolean;
  onMap(mapping: Mapping): void;
}

/** Which column of the file plays which role; a change reads the file again. */
export function Columns({ columns, mapping, open = false, onMap }: ColumnsProps) {
  const id = useId();
  const choose = (role: Role, column: string) => {
    const { [role]: _, ...others } = mapping.columns;
    onMap({ ...mapping, columns: column === "" ? others : { ...others, [role]: column } });
  };
  return (
    <>
      <details open={open}>
        <summary>Columns</summary>
        <div className={styles.columns}>
          {ROLES.map((role) => (
            <div key={role}>
              <label className="caption" htmlFor={`${id}-${role}`}>
                {role}
              </label>
              <select
                id={`${id}-${role}`}
                className="select"
                value={mapping.columns[role] ?? ""}
                onChange={({ target }) => choose(role, target.value)}
              >
                <option value="">none</option>
                {columns.map((column) => (
                  <option key={column} value={column}>
                    {column}
                  </option>
                ))}
              </select>
            </div>
          ))}
        </div>
      </details>
      <label>
        <input
          type="checkbox"
          checked={mapping.lowercase}
          onChange={({ target }) => onMap({ ...mapping, lowercase: target.checked })}
        />{" "}
        read capitals as small letters
      </label>
    </>
  );
}
