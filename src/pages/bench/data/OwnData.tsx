import { lazy, Suspense, useState } from "react";
import { useStore } from "zustand";
import { useLab } from "../../shared/labContext.ts";

const DataPanel = lazy(() => import("./DataPanel.tsx"));

/** Opens where files of data are read; a file that was dropped on the page opens it too. What reads them is loaded then. */
export function OwnData() {
  const lab = useLab();
  const dropped = useStore(lab.data.store, (state) => state.dropped);
  const [open, setOpen] = useState(false);
  const shown = open || dropped !== undefined;
  return (
    <div>
      <button type="button" className="quiet" aria-expanded={shown} onClick={() => close(!shown)}>
        Your own data
      </button>
      {shown && (
        <Suspense fallback={<p className="caption">loading …</p>}>
          <DataPanel file={dropped} onDone={() => close(false)} />
        </Suspense>
      )}
    </div>
  );

  function close(next: boolean): void {
    setOpen(next);
    if (!next) lab.data.store.setState({ dropped: undefined });
  }
}
