import { lazy, Suspense, useRef, useState } from "react";
import { useLab } from "../../shared/labContext.ts";
import { isDone } from "./tourMemory.ts";

const Tour = lazy(() => import("./Tour.tsx"));

/** Offers the tour; who has seen it finds it in small print. */
export function TourButton() {
  const lab = useLab();
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState(isDone);
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={opener}
        type="button"
        className={done ? "quiet" : "button"}
        aria-expanded={open}
        onClick={() => {
          // Its stops are parts of the bench.
          if (!open) lab.draft.setState(({ view: { page: _, ...view } }) => ({ view }));
          setOpen(!open);
        }}
      >
        Take the tour
      </button>
      {open && (
        <Suspense>
          <Tour
            onClose={() => {
              setOpen(false);
              setDone(true);
              opener.current?.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
