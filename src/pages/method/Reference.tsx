import type { ReactNode } from "react";
import { SHARED_SECTIONS } from "../../lab/experiment/sections.ts";
import { TASKS } from "../../lab/tasks/index.ts";
import { KnobTable } from "./KnobTable.tsx";
import styles from "./Method.module.css";

const SHARED = Object.values(SHARED_SECTIONS).map(({ name, title, schema }) => ({
  id: name,
  // Hinted Decoding is an algorithm too, with a part of its own on this page.
  title: name === "hints" ? "Hints" : title,
  schema,
}));

/** The parts of the reference for the table of contents. */
export const REFERENCE = [...SHARED.map(({ id, title }) => ({ id, title })), { id: "tasks", title: "Tasks" }];

/** The settings that algorithms share, and the tasks: tables that fold until somebody looks something up. @param open the id of the one that a link names. */
export function Reference({ open }: { readonly open: string | undefined }) {
  return (
    <>
      <h2 className={styles.family}>Reference</h2>
      {SHARED.map(({ id, title, schema }) => (
        <Fold key={id} id={id} title={title} open={open === id}>
          <KnobTable title={title} schema={schema} />
        </Fold>
      ))}
      <Fold id="tasks" title="Tasks" open={open === "tasks"}>
        {TASKS.map(({ id, title, summary, checkpoints, params }) => (
          <div key={id} className={styles.part}>
            <h3>{title}</h3>
            <p>{summary}</p>
            {checkpoints.map(({ name, habit }, at) => (
              <p key={name} className={styles.small}>
                {at === 0 ? "Where its native checkpoint is imperfect" : `Where its checkpoint ${name} is`}: {habit}
              </p>
            ))}
            <KnobTable title={title} schema={params} />
          </div>
        ))}
      </Fold>
    </>
  );
}

interface FoldProps {
  readonly id: string;
  readonly title: string;
  readonly open: boolean;
  readonly children: ReactNode;
}

function Fold({ id, title, open, children }: FoldProps) {
  return (
    <section id={`method-${id}`} tabIndex={-1} aria-label={title}>
      {/* Another link opens another one; what was opened by hand stays as it is. */}
      <details key={String(open)} className={styles.fold} open={open}>
        <summary>{title}</summary>
        {children}
      </details>
    </section>
  );
}
