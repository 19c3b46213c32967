import type { Lesson } from "../lab/lessons/lesson.ts";
import { neverTried } from "../lab/lessons/neverTried.ts";

/** The lessons that are in the page: at first the one that opens it. */
let loaded: readonly Lesson[] = [neverTried];
let loading: Promise<readonly Lesson[]> | undefined;

/** Every lesson whole. A failure is not kept: the next who asks tries again. */
export function loadLessons(): Promise<readonly Lesson[]> {
  loading ??= import("../lab/lessons/index.ts").then(
    ({ LESSONS }) => {
      loaded = LESSONS;
      return LESSONS;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** The lesson of an id, where it is in the page. */
export const loadedLesson = (id: string): Lesson | undefined => loaded.find((lesson) => lesson.id === id);
