import { useState } from "react";
import { useStore } from "zustand";
import { addScene, lectureStore } from "../../app/lectureStore.ts";
import { LESSON_INDEX } from "../../app/lessonLinks.ts";

/** Adds a link to the lecture that is being made, and says where that is. */
export function AddToLecture({ link }: { readonly link: string }) {
  const count = useStore(lectureStore, ({ scenes }) => scenes.length);
  const [said, setSaid] = useState<{ readonly of: string; readonly problem: string | undefined }>();
  const here = said?.of === link ? said : undefined;
  return (
    <>
      <button
        type="button"
        className="button"
        aria-disabled={here !== undefined && here.problem === undefined}
        onClick={() => (here && here.problem === undefined) || setSaid({ of: link, problem: addScene(link) })}
      >
        Add to the lecture
      </button>
      <p className="caption" role="status">
        {here &&
          (here.problem ?? (
            <>
              Added as scene {count} of the lecture under <a href={`#page=${LESSON_INDEX}`}>Lessons</a>.
            </>
          ))}
      </p>
    </>
  );
}
