import { Fragment } from "react";
import { armDraft } from "../../app/lessonLinks.ts";
import { phasesOf } from "../../lab/experiment/config.ts";
import { GLOSSARY, type GlossaryEntry } from "../../lab/glossary.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { objectiveById } from "../../lab/objectives/index.ts";
import { Explained } from "../shared/Explained.tsx";

const ENTRIES: readonly GlossaryEntry[] = Object.values(GLOSSARY);

/** The lesson's algorithms, and the words of the glossary in its figures and in what is said of them: each explains itself. */
export function LessonWords({ lesson, said }: { readonly lesson: Lesson; readonly said: string }) {
  const figures = [lesson.figure, ...lesson.details].map(({ title, unit }) => `${title} ${unit}`);
  const text = [said, ...figures].join(" ");
  const occurs = ({ word }: GlossaryEntry) => new RegExp(`(^|[^\\w-])${word}s?($|[^\\w-])`, "i").test(text);
  const ids = lesson.arms.flatMap((arm) => phasesOf(armDraft(arm).config).map(({ config }) => config.algorithm));
  const algorithms = [...new Set(ids)]
    .map(objectiveById)
    .map(({ title, summary }) => ({ word: title, meaning: summary }));
  return (
    <>
      Words:{" "}
      {[...algorithms, ...ENTRIES.filter(occurs)].map(({ word, meaning }, at) => (
        <Fragment key={word}>
          {at > 0 && ", "}
          <Explained word={word} meaning={meaning} />
        </Fragment>
      ))}
      .
    </>
  );
}
