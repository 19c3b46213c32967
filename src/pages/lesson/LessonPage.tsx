import { Suspense } from "react";
import { LESSON_INDEX, pageOf } from "../../app/lessonLinks.ts";
import { LESSON_HEADS } from "../../lab/lessons/heads/index.ts";
import type { Lesson, LessonHead } from "../../lab/lessons/lesson.ts";
import { ASKED } from "../../lab/lessons/shownRun.ts";
import { Notices } from "../bench/run/Notices.tsx";
import { ExplainedText } from "../shared/Explained.tsx";
import { useLab } from "../shared/labContext.ts";
import { Preparation } from "../shared/Preparation.tsx";
import { Answers } from "./Answers.tsx";
import { Claims } from "./Claims.tsx";
import styles from "./Lesson.module.css";
import { LessonFigure } from "./LessonFigure.tsx";
import { LessonWords } from "./LessonWords.tsx";
import { RecordedTokens } from "./RecordedTokens.tsx";
import { recordedOwn } from "./recordedRun.ts";
import { TokenEffect } from "./TokenEffect.tsx";
import { TrainIt } from "./TrainIt.tsx";
import { traceOf } from "./trace.ts";
import { trainArm } from "./trainArm.ts";
import type { useLessonRun } from "./useLessonRun.ts";
import { useLessonView } from "./useLessonView.ts";
import { useWhole } from "./useWhole.ts";

/** A lesson to be lived through: its question, one button, one chart, answers before and after, and what the run showed. */
export function LessonPage({ lesson }: { readonly lesson: LessonHead }) {
  return (
    <Suspense fallback={<main id="bench" className={styles.lesson} />}>
      <WholeLesson head={lesson} />
    </Suspense>
  );
}

const SMALL = { height: 90, text: 13, small: true, empty: "Appears in training." } as const;

function WholeLesson({ head }: { readonly head: LessonHead }) {
  const lesson = useWhole(head);
  const { record, shown, run, arm, config, steps, own } = useLessonView(lesson);
  const { loaded } = record;
  const seconds = loaded?.seconds[lesson.own];
  const figure = { lesson, record: loaded, own, steps };
  const empty = record.failed ? "No recorded runs are at hand: train, and your run appears." : undefined;
  return (
    <main id="bench" className={styles.lesson} tabIndex={-1}>
      <div className={styles.head}>
        <p className={styles.small}>
          Lesson {LESSON_HEADS.indexOf(head) + 1} of {LESSON_HEADS.length} · {lesson.source}
        </p>
        <h1 className={styles.title}>{lesson.title}</h1>
        <p className={styles.lead}>
          <ExplainedText text={lesson.lead} />
        </p>
        <TrainIt lesson={lesson} run={shown?.run} begun={shown?.begun ?? false} arm={arm} seconds={seconds} />
        <Notices />
      </div>
      <div className={styles.hero}>
        <LessonFigure {...figure} figure={lesson.figure} height={280} {...(empty && { empty })} />
        {loaded && (
          <p className={styles.small}>
            {linesText(loaded.seeds)} <LessonWords lesson={lesson} said={linesText(loaded.seeds)} />
          </p>
        )}
        {!run && loaded?.shown && <RecordedTokens lesson={lesson} shown={loaded.shown} />}
        <div className={styles.said} data-kept={run !== undefined || !loaded?.shown} aria-live="polite">
          <Said lesson={lesson} run={run} arm={arm} />
        </div>
      </div>
      <aside className={styles.beside}>
        <h2>The same questions, before and after</h2>
        <Answers
          task={(run?.config ?? config).task}
          runId={shown?.run.id}
          phase={run?.state.phase}
          count={ASKED}
          recorded={run ? undefined : recordedOwn(lesson, loaded?.shown)}
        />
        {(run || !loaded?.shown) && <TokenEffect tokens={run?.tokens} config={run?.config ?? config} />}
        <div className={styles.details}>
          {lesson.details.slice(0, 3).map((detail) => (
            <LessonFigure key={detail.metric} {...figure} {...SMALL} figure={detail} />
          ))}
        </div>
      </aside>
      <Claims lesson={lesson} record={loaded} />
      <Onward lesson={head} />
      <Preparation shown={loaded !== undefined || record.failed} />
    </main>
  );
}

function Onward({ lesson }: { readonly lesson: LessonHead }) {
  const next = LESSON_HEADS[LESSON_HEADS.indexOf(lesson) + 1];
  return (
    <nav className={styles.onward} aria-label="Lessons">
      <a href={`#page=${LESSON_INDEX}`}>All lessons</a>
      {next && <a href={`#page=${pageOf(next)}`}>Next: {next.title} →</a>}
    </nav>
  );
}

const linesText = (seeds: number) => `Coloured lines: means of ${seeds} recorded seeds with their 95% interval.`;

type Shown = NonNullable<ReturnType<typeof useLessonRun>>;

interface SaidProps {
  readonly lesson: Lesson;
  readonly run: Shown["run"] | undefined;
  readonly arm: Shown["arm"] | undefined;
}

/** What the finished run showed, and what to try next. */
function Said({ lesson, run, arm }: SaidProps) {
  const lab = useLab();
  if (!run || !arm || run.state.phase !== "finished") return null;
  const others = lesson.arms.filter(({ id }) => id !== arm.id);
  return (
    <>
      <p>
        <strong>Your {arm.label} run.</strong> {lesson.said(traceOf(run.config, run.series), arm)}
      </p>
      <p>
        <ExplainedText text={lesson.next} />{" "}
        {others.map((other) => (
          <button key={other.id} type="button" className="button" onClick={() => trainArm(lab, other)}>
            Train {other.label}
          </button>
        ))}
      </p>
    </>
  );
}
