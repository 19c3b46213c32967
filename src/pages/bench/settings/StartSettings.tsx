import { useId } from "react";
import { type AnyValues, type FieldValue, initials } from "../../../lab/schema.ts";
import { checkpointChoice, START } from "../../../lab/settings.ts";
import { nativeCheckpoint, type Task } from "../../../lab/tasks/task.ts";
import { StartFrom } from "../../runs/StartFrom.tsx";
import { useLab } from "../../shared/labContext.ts";
import { Knobs } from "./Knobs.tsx";
import styles from "./Settings.module.css";

interface StartSettingsProps {
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
  const choice = checkpointChoice(task.checkpoints);
  const { checkpoint } = common.values;
  const native = nativeCheckpoint(task, checkpoint === undefined ? undefined : String(checkpoint));
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
            {task.model && value === "native" ? "the model's own weights" : label}
          </option>
        ))}
      </select>
      <p id={`${id}-says`} className={`caption ${styles.said}`}>
        {start === "native" ? native.habit : option?.help}
      </p>
      <StartFrom />
      <Knobs
        schema={{ ...START, ...choice }}
        keys={[...(start === "random" ? ["size"] : Object.keys(choice)), "seed"]}
        alongWith={(key, value) => (key === "checkpoint" ? madeWith(task, String(value)) : {})}
        {...common}
      />
    </div>
  );
}

/** The task settings that a checkpoint was made with; what another one changed goes back to its default. */
function madeWith(task: Task, name: string): AnyValues {
  const usual: AnyValues = initials(task.params);
  const changed = task.checkpoints.flatMap(({ params = {} }) => Object.keys(params));
  return { ...Object.fromEntries(changed.map((key) => [key, usual[key]!])), ...nativeCheckpoint(task, name).params };
}
