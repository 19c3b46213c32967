import { useId, useMemo } from "react";
import type { AnyValues } from "../../../lab/schema.ts";
import { TASKS } from "../../../lab/tasks/index.ts";
import type { Task } from "../../../lab/tasks/task.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { exampleOf } from "./example.ts";
import styles from "./Settings.module.css";

interface TaskSettingsProps {
  readonly task: Task;
}

/** Which problems, with one of them solved in the policy's manner and in the expert's. */
export function TaskSettings({ task }: TaskSettingsProps) {
  const lab = useLab();
  const id = useId();
  const params = useDraft(({ config }) => config.taskParams);
  return (
    <div className={`${styles.group} ${styles.labelled}`}>
      <h2>
        <label htmlFor={id}>Task</label>
      </h2>
      <select
        id={id}
        className="select"
        value={task.id}
        onChange={(event) => lab.change({ task: event.target.value })}
        aria-describedby={`${id}-says`}
      >
        {TASKS.map(({ id: value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      <p id={`${id}-says`} className={`caption ${styles.said}`}>
        {task.summary}
      </p>
      <Example task={task} params={params} />
    </div>
  );
}

function Example({ task, params }: { readonly task: Task; readonly params: AnyValues }) {
  const { prompt, native, expert } = useMemo(() => exampleOf(task, params), [task, params]);
  return (
    <dl className={styles.example}>
      <dt>asked</dt>
      <dd>{prompt}</dd>
      <dt>policy's manner</dt>
      <dd>{native}</dd>
      <dt>expert's</dt>
      <dd>{expert}</dd>
    </dl>
  );
}
