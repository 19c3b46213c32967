import { lazy, Suspense, useState } from "react";
import { useStore } from "zustand";
import { lectureStore } from "../../app/lectureStore.ts";
import { PanelBoundary } from "../shared/PanelBoundary.tsx";

const LectureEditor = lazy(() => import("./LectureEditor.tsx"));

/** The place of the editor of lectures on the list of lessons: open where a lecture is being made. */
export function MakeLecture({ className }: { readonly className?: string | undefined }) {
  const begun = useStore(lectureStore, ({ scenes }) => scenes.length > 0);
  const [open, setOpen] = useState(begun);
  return (
    <details className={className} open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Make a lecture</summary>
      {open && (
        <PanelBoundary what="The lecture">
          <Suspense fallback={<p>One moment.</p>}>
            <LectureEditor />
          </Suspense>
        </PanelBoundary>
      )}
    </details>
  );
}
