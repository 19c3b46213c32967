import { useEffect } from "react";
import { linkOf } from "../app/draftStore.ts";
import type { Lab } from "../app/lab.ts";

/** Takes files that are dropped anywhere on the page to the workbench, which reads them. What sorts them is loaded then. */
export function useDrop(lab: Lab): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      const transfer = event.dataTransfer;
      if (!transfer || transfer.files.length === 0) return;
      event.preventDefault();
      // Both lists are empty once the event is over.
      const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
      const files = [...transfer.files];
      void import("./bench/data/takeDrop.ts")
        .then(({ takeDrop }) => takeDrop(lab, { files, entries }))
        .then((taken) => taken && toWorkbench(lab));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, [lab]);
}

/** As the link to the workbench does: the experiment goes along, and Back leads back. */
function toWorkbench({ draft }: Lab): void {
  const now = draft.getState();
  const { page, ...view } = now.view;
  if (page !== undefined) location.hash = linkOf({ ...now, view });
}
