import { useStore } from "zustand";
import { experimentKey, type Proof } from "../../../app/draftStore.ts";
import type { Recorded } from "../../../app/recordings/recorded.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import { useDraft, useLab, useRuns } from "../../shared/labContext.ts";
import { linesOfReceipt, linesOfSeries, type ReferenceLines } from "../../shared/referenceLines.ts";

const ofReceipt = new WeakMap<Proof, ReferenceLines>();
const ofRecording = new WeakMap<object, ReferenceLines>();

/** What stands behind the lines: the sender's run where the link has a receipt, else the recording that was seen before. */
export function useReferenceLines(): ReferenceLines | undefined {
  const lab = useLab();
  const proof = useDraft((draft) => draft.receipt);
  const config = useDraft((draft) => draft.config);
  const run = useRuns((now) => (isUntouched(now.run) ? undefined : now.run?.config));
  const { recorded } = useStore(lab.recordings);
  const key = experimentKey(run ?? config);
  if (proof?.of === key) return kept(ofReceipt, proof, () => linesOfReceipt(proof.receipt));
  // Before the run begins the recording itself is drawn.
  if (run && recorded?.of === key) return kept(ofRecording, recorded.recording, () => linesOfRecording(recorded));
  return undefined;
}

const linesOfRecording = ({ run }: Recorded) => linesOfSeries(run.series);

function kept<K extends object>(map: WeakMap<K, ReferenceLines>, key: K, make: () => ReferenceLines): ReferenceLines {
  const before = map.get(key);
  if (before) return before;
  const made = make();
  map.set(key, made);
  return made;
}
