import { useState } from "react";
import { useStore } from "zustand";
import { ASKED } from "../../lab/lessons/shownRun.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { useLab } from "../shared/labContext.ts";
import { answersOf } from "./answersStore.ts";
import { BeforeAfter } from "./BeforeAfter.tsx";
import styles from "./Lesson.module.css";
import type { RecordedRun } from "./recordedRun.ts";

interface AnswersProps {
  /** Id of the task whose problems were asked. */
  readonly task: string;
  readonly runId: string | undefined;
  readonly phase: string | undefined;
  /** Shown until the reader's run begins. */
  readonly recorded: RecordedRun | undefined;
  /** How many of the problems that were asked; all of them unless given. */
  readonly count?: number;
}

/** The first held-out problems, answered before and after: by the reader's run, or by a recorded one until that begins. */
export function Answers({ task, runId, phase, recorded, count = ASKED }: AnswersProps) {
  const lab = useLab();
  const [store] = useState(() => answersOf(lab));
  const answers = useStore(store);
  const { verdicts } = taskById(task);
  if (recorded) {
    const { label, seed, run } = recorded;
    return (
      <>
        <BeforeAfter
          {...{ verdicts, count }}
          before={run.before}
          after={run.after}
          pending={{ before: "none", after: "none" }}
        />
        <p className={styles.small}>
          Recorded answers: {label}, seed {seed}.
        </p>
      </>
    );
  }
  const here = answers.runId === runId ? answers : undefined;
  const pending = {
    before: "loading",
    after: phase === "finished" ? "asking …" : phase === "training" ? "training …" : "train to see",
  };
  return <BeforeAfter {...{ verdicts, count, pending }} before={here?.before} after={here?.after} />;
}
