import { use } from "react";
import { loadedLesson, loadLessons } from "../../app/lessons.ts";
import type { Lesson, LessonHead } from "../../lab/lessons/lesson.ts";

/** A lesson of which more is shown than its head: at once where it is in the page, and else the place waits for it. */
export function useWhole({ id }: LessonHead): Lesson {
  return loadedLesson(id) ?? use(loadLessons()).find((lesson) => lesson.id === id)!;
}
