import { use } from "react";
import { pageOf } from "../../app/lessonLinks.ts";
import { loadLessons } from "../../app/lessons.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { MakeLecture } from "../lecture/MakeLecture.tsx";
import styles from "./Lesson.module.css";
import { useRecord } from "./useRecord.ts";

/** Every lesson with its question and what was measured. @param unknown a name that a link asked for and no lesson has. */
export default function LessonIndex({ unknown }: { readonly unknown?: string | undefined }) {
  const lessons = use(loadLessons());
  return (
    <main id="bench" className={styles.index} tabIndex={-1}>
      <h1 className={styles.title}>Lessons</h1>
      {unknown !== undefined && <p role="alert">A link must name one of these lessons, got “{unknown}”.</p>}
      <p className={styles.lead}>One question each, put to a training run in this tab.</p>
      <ol className={styles.list}>
        {lessons.map((lesson) => (
          <Row key={lesson.id} lesson={lesson} />
        ))}
      </ol>
      <MakeLecture className={styles.lecture} />
    </main>
  );
}

function Row({ lesson }: { readonly lesson: Lesson }) {
  const { loaded } = useRecord(lesson);
  const verdict = loaded?.claims[0]?.verdict;
  const seconds = loaded?.seconds[lesson.own];
  return (
    <li>
      <h2>
        <a href={`#page=${pageOf(lesson)}`}>{lesson.title}</a>
      </h2>
      <p>{lesson.question}</p>
      <p className={styles.small}>
        {verdict ? (
          <span className={styles.verdict} data-verdict={verdict}>
            First claim: {verdict}
          </span>
        ) : (
          "Not measured in this build"
        )}
        {seconds !== undefined && ` · about ${Math.max(1, Math.round(seconds))} s`}
      </p>
    </li>
  );
}
