import { useEffect } from "react";
import type { Lab } from "../../app/lab.ts";
import { RECORDED } from "../../app/recordings/recordingStore.ts";
import { useLab } from "./labContext.ts";

/** A recording that takes longer than this after its page is shown is not waited for. */
const PATIENCE_MS = 600;

/** The first picture comes before the work that it does not need. */
const PAINT_MS = 150;

/** Another experiment is loaded once nothing was changed for so long: the charts must not show the start of the last one. */
const QUIET_MS = 800;

/**
 * Loads what the draft will need once the page beside it is shown: it stands within the same Suspense, so that a page
 * that takes long to come does not share the processor, and a recording is painted before a GPU is touched.
 */
export function Preparation() {
  const lab = useLab();
  useEffect(() => prepareAfterRecording(lab), [lab]);
  useEffect(() => prepareChanged(lab), [lab]);
  return null;
}

/** @returns what takes it back. */
function prepareAfterRecording({ draft, recordings, prepare }: Lab): () => void {
  const { presetId } = draft.getState();
  let timer: ReturnType<typeof setTimeout>;
  const soon = () => {
    stop();
    timer = setTimeout(prepare, PAINT_MS);
  };
  let leave = () => {};
  function stop(): void {
    clearTimeout(timer);
    leave();
  }
  if (recordings.getState().settled || presetId === undefined || !RECORDED.includes(presetId)) soon();
  else {
    timer = setTimeout(soon, PATIENCE_MS);
    leave = recordings.subscribe(({ settled }) => settled && soon());
    void recordings.load(presetId);
  }
  return stop;
}

/** @returns what takes it back. */
function prepareChanged({ draft, run, prepare }: Lab): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const leave = draft.subscribe((now, before) => {
    if (now.config === before.config || !run.getState().run) return;
    clearTimeout(timer);
    timer = setTimeout(prepare, QUIET_MS);
  });
  return () => {
    leave();
    clearTimeout(timer);
  };
}
