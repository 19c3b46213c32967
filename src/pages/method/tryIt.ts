import type { FlatConfig } from "../../lab/experiment/config.ts";
import { LESSON_HEADS } from "../../lab/lessons/heads/index.ts";
import type { LessonHead } from "../../lab/lessons/lesson.ts";

const names = (settings: FlatConfig, algorithm: string) =>
  Object.entries(settings).some(([key, value]) => /(?:^|\.)algorithm$/.test(key) && value === algorithm);

/** The lessons that train an algorithm in one of their arms, in a later phase too. */
export function lessonsWith(algorithm: string): readonly LessonHead[] {
  return LESSON_HEADS.filter(({ arms }) => arms.some(({ settings }) => names(settings, algorithm)));
}
