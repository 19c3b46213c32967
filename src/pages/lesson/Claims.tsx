import type { Lesson } from "../../lab/lessons/lesson.ts";
import type { ClaimResult, Verdict } from "../../lab/lessons/study.ts";
import styles from "./Lesson.module.css";
import type { LessonRecord } from "./record.ts";

const WORDS: Readonly<Record<Verdict, string>> = {
  holds: "Holds",
  "does not appear": "Does not appear",
  unclear: "Unclear",
};

/** Every claim of a lesson with its source, and what the recorded seeds say of it. */
export function Claims({ lesson, record }: { readonly lesson: Lesson; readonly record: LessonRecord | undefined }) {
  return (
    <section className={styles.claims} aria-label="Claims">
      <ul>
        {lesson.claims.map(({ sentence, source }, index) => (
          <li key={sentence}>
            <strong>Claim.</strong> {sentence} <span className={styles.small}>{source}.</span>{" "}
            <VerdictText result={record?.claims[index]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function VerdictText({ result }: { readonly result: ClaimResult | undefined }) {
  if (!result) return <span className={styles.small}>Not measured in this build.</span>;
  const { margin, verdict, positive, seeds } = result;
  return (
    <span className={styles.verdict} data-verdict={verdict}>
      {WORDS[verdict]}: {signed(margin.mean)}
      {Number.isFinite(margin.half) && ` ± ${margin.half.toFixed(2)}`}, in {positive} of {seeds} seeds.
    </span>
  );
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
