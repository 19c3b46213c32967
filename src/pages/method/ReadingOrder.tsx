import { pageOf } from "../../app/lessonLinks.ts";
import { PageLink } from "../bench/links/PageLink.tsx";
import { ExplainedText } from "../shared/Explained.tsx";
import { algorithmsIn, FAMILIES } from "./families.ts";
import styles from "./Method.module.css";
import { lessonsWith } from "./tryIt.ts";

/** In which order the algorithms explain one another, with the lessons that show them. */
export function ReadingOrder() {
  return (
    <section id="method-reading" tabIndex={-1} aria-label="Reading order">
      <h2>In which order to read</h2>
      <ol className={styles.order}>
        {FAMILIES.map(({ id, title, why }) => {
          const first = algorithmsIn(id).filter(({ isVariant }) => !isVariant);
          const lessons = [...new Set(first.flatMap((objective) => lessonsWith(objective.id)))];
          return (
            <li key={id}>
              <strong>{title}.</strong> <ExplainedText text={why} />{" "}
              {first.map((objective, at) => (
                <span key={objective.id}>
                  {at > 0 && " → "}
                  <PageLink page={`method.${objective.id}`}>{objective.title}</PageLink>
                </span>
              ))}
              {lessons.length > 0 && (
                <span className={styles.lessons}>
                  {" "}
                  Lessons:{" "}
                  {lessons.map((lesson, at) => (
                    <span key={lesson.id}>
                      {at > 0 && " · "}
                      <a href={`#page=${pageOf(lesson)}`}>{lesson.title}</a>
                    </span>
                  ))}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
