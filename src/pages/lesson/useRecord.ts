import { useEffect, useState } from "react";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { loadRecord } from "./loadRecord.ts";
import type { LessonRecord } from "./record.ts";

interface RecordState {
  readonly loaded: LessonRecord | undefined;
  /** There is none, or it could not be fetched or read. */
  readonly failed: boolean;
}

/** The recorded seeds of a lesson, fetched when it is first shown. The page is whole without them. */
export function useRecord(lesson: Lesson): RecordState {
  const [state, setState] = useState<RecordState & { readonly of?: Lesson }>({ loaded: undefined, failed: false });
  useEffect(() => {
    let left = false;
    loadRecord(lesson).then(
      (loaded) => left || setState({ loaded, failed: false, of: lesson }),
      () => left || setState({ loaded: undefined, failed: true, of: lesson }),
    );
    return () => {
      left = true;
    };
  }, [lesson]);
  return state.of === lesson ? state : { loaded: undefined, failed: false };
}
