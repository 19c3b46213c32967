import { useId, useMemo } from "react";
import { useStore } from "zustand";
import type { AnyValues } from "../../../lab/schema.ts";
import { dataTaskId, hashInTaskId } from "../../../lab/tasks/dataTask.ts";
import { TASKS } from "../../../lab/tasks/index.ts";
import { modelInTaskId, readBy } from "../../../lab/tasks/models.ts";
import type { Task } from "../../../lab/tasks/task.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { OwnData } from "../data/OwnData.tsx";
import { OwnModel } from "../data/OwnModel.tsx";
import { onData } from "../data/onData.ts";
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
  const draft = useDraft(({ config }) => config);
  const sets = useStore(lab.data.store, (state) => state.sets);
  const kept = sets.map(({ hash, name }) => ({ value: dataTaskId(hash), title: name }));
  const shown = readBy(task.id, undefined);
  const model = modelInTaskId(task.id)?.hash;
  const isOther = hashInTaskId(shown) !== undefined && !kept.some(({ value }) => value === shown);
  const choose = (value: string) => {
    const data = sets.find(({ hash }) => dataTaskId(hash) === value);
    const read = readBy(value, model);
    lab.change(data ? onData(read, data.facts.counts.id, draft) : { task: read });
  };
  const own = isOther ? [{ value: shown, title: task.title }, ...kept] : kept;
  return (
    <div className={`${styles.group} ${styles.labelled}`}>
      <h2>
        <label htmlFor={id}>Task</label>
      </h2>
      <select
        id={id}
        className="select"
        value={shown}
        onChange={({ target }) => choose(target.value)}
        aria-describedby={`${id}-says`}
      >
        {TASKS.map(({ id: value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
        {own.length > 0 && (
          <optgroup label="Your own data">
            {own.map(({ value, title }) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      <p id={`${id}-says`} className={`caption ${styles.said}`}>
        {task.summary}
      </p>
      {task.missing === undefined && <Example task={task} params={params} />}
      <div className={styles.own}>
        <OwnData />
        <OwnModel task={task} />
      </div>
    </div>
  );
}

function Example({ task, params }: { readonly task: Task; readonly params: AnyValues }) {
  const { prompt, native, expert } = useMemo(() => exampleOf(task, params), [task, params]);
  return (
    <dl className={styles.example}>
      <dt>asked</dt>
      <dd>{prompt}</dd>
      {!task.given && (
        <>
          <dt>policy's manner</dt>
          <dd>{native}</dd>
        </>
      )}
      <dt>{task.given ? "in the data" : "expert's"}</dt>
      <dd>{expert}</dd>
    </dl>
  );
}
