import { useEffect, useState } from "react";
import type { Lab } from "../../app/lab.ts";
import { RECORDED } from "../../app/recordings/recordingStore.ts";
import { isUntouched } from "../../app/shownRun.ts";
import { useDraft, useLab, useRuns, useStale } from "./labContext.ts";

/** A recording that takes longer than this after its page is shown is not waited for. */
const PATIENCE_MS = 600;

/** The first picture comes before the work that it does not need. */
const PAINT_MS = 150;

/** Knobs that move and words that are typed are waited for. */
const QUIET_MS = 350;

/**
 * Loads what the draft needs once the page beside it is shown: it stands within the same Suspense, so that a page
 * that takes long to come does not share the processor, and a recording is painted before a GPU is touched.
 * @param shown whether what was recorded is there; that of the draft's preset unless given
 */
export function Preparation({ shown }: { readonly shown?: boolean }) {
  const lab = useLab();
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (begun) return;
    const prepare = () => {
      lab.prepare();
      setBegun(true);
    };
    if (shown === undefined) return afterRecording(lab, prepare);
    const timer = setTimeout(prepare, PAINT_MS + (shown ? 0 : PATIENCE_MS));
    return () => clearTimeout(timer);
  }, [lab, shown, begun]);
  return begun && <Following />;
}

/** Sees to it that the worker has the experiment of the knobs, as long as no run of another one is under way. */
function Following() {
  const lab = useLab();
  const stale = useStale();
  const config = useDraft((draft) => draft.config);
  const untouched = useRuns(({ run }) => isUntouched(run));
  const phase = useRuns(({ run }) => run?.state.phase);
  const resting = phase === undefined || phase === "ready" || phase === "failed";
  // biome-ignore lint/correctness/useExhaustiveDependencies: every other config is waited for anew
  useEffect(() => {
    if (!untouched || !resting || (phase !== undefined && !stale)) return;
    const timer = setTimeout(() => lab.prepare(), QUIET_MS);
    return () => clearTimeout(timer);
  }, [lab, stale, config, untouched, resting, phase]);
  return null;
}

/** @returns what takes it back. */
function afterRecording({ draft, recordings }: Lab, prepare: () => void): () => void {
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
