import { totalSteps } from "../../lab/experiment/phases.ts";
import type { Lesson, LessonHead } from "../../lab/lessons/lesson.ts";
import { Answers } from "../lesson/Answers.tsx";
import { LessonFigure } from "../lesson/LessonFigure.tsx";
import { recordedOwn } from "../lesson/recordedRun.ts";
import { progressText, useTrainIt } from "../lesson/TrainIt.tsx";
import { traceOf } from "../lesson/trace.ts";
import { useLessonView } from "../lesson/useLessonView.ts";
import { useWhole } from "../lesson/useWhole.ts";
import { useDraft } from "../shared/labContext.ts";
import styles from "./Present.module.css";
import { type PresentFigure, Stage } from "./Stage.tsx";

/** A lesson on a projector: its leading figure with the recorded seeds, then its small ones, and one question before and after. */
export function LessonScene({ head }: { readonly head: LessonHead }) {
  const lesson = useWhole(head);
  const note = useDraft(({ view }) => view.note);
  const { record, shown, run, arm, config, steps, own } = useLessonView(lesson);
  const begun = shown?.begun ?? false;
  const { label, press } = useTrainIt({ lesson, run: shown?.run, begun, arm });
  const given = { lesson, record: record.loaded, own, steps };
  const draw =
    (figure: Lesson["figure"], empty?: string): PresentFigure =>
    (room) => <LessonFigure {...given} {...room} figure={figure} {...(empty !== undefined && { empty })} />;
  const details = lesson.details.slice(0, 2).map((detail) => draw(detail, "Appears in training."));
  const figures = [[draw(lesson.figure)], ...(details.length > 0 ? [details] : [])];
  const said = run?.state.phase === "finished" && arm ? lesson.said(traceOf(run.config, run.series), arm) : undefined;
  return (
    <Stage
      title={lesson.title}
      lead={said ?? (note === "" ? lesson.question : note)}
      figures={figures}
      foot={
        <div className={styles.answers}>
          <Answers
            task={(run?.config ?? config).task}
            runId={shown?.run.id}
            phase={run?.state.phase}
            recorded={run ? undefined : recordedOwn(lesson, record.loaded?.shown)}
            count={1}
          />
        </div>
      }
      train={{ label: label === "Train it yourself" ? "Train" : label, press }}
      progress={run ? progressText(run.state, totalSteps(run.config)) : `${totalSteps(config)} steps.`}
    />
  );
}
