import type { FlatConfig } from "../../lab/experiment/config.ts";
import { LESSONS } from "../../lab/lessons/index.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";

const names = (settings: FlatConfig, algorithm: string) =>
  Object.entries(settings).some(([key, value]) => /(?:^|\.)algorithm$/.test(key) && value === algorithm);

/** The lessons that train an algorithm in one of their arms, in a later phase too. */
export function lessonsWith(algorithm: string): readonly Lesson[] {
  return LESSONS.filter(({ arms }) => arms.some(({ settings }) => names(settings, algorithm)));
}
