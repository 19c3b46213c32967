import { useId } from "react";
import type { FieldValue } from "../../../lab/schema.ts";
import { START } from "../../../lab/settings.ts";
import type { Task } from "../../../lab/tasks/task.ts";
import { StartFrom } from "../../runs/StartFrom.tsx";
import { useLab } from "../../shared/labContext.ts";
import { Knobs } from "./Knobs.tsx";
import styles from "./Settings.module.css";

export interface StartSettingsProps {
  readonly task: Task;
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  onAttend(key: string | undefined): void;
}

/** Which weights a run begins with. */
export function StartSettings({ task, ...common }: StartSettingsProps) {
  const lab = useLab();
  const id = useId();
  const start = common.values.start;
  const option = START.start.options?.find(({ value }) => value === start);
  return (
    <div className={`${styles.group} ${styles.labelled}`}>
      <h2>
        <label htmlFor={id}>{START.start.label}</label>
      </h2>
      <select
        id={id}
        className="select"
        value={String(start)}
        aria-describedby={`${id}-says`}
        onChange={(event) => lab.change({ start: event.target.value })}
      >
        {START.start.options?.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <p id={`${id}-says`} className={`caption ${styles.said}`}>
        {start === "native" ? task.recipe.habit : option?.help}
      </p>
      <StartFrom />
      <Knobs schema={START} keys={start === "random" ? ["size", "seed"] : ["seed"]} {...common} />
    </div>
  );
}
