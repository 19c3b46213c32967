import { useStore } from "zustand";
import { type Draft, experimentKey, presetDraft } from "../../../app/draftStore.ts";
import type { Recorded } from "../../../app/recordings/recorded.ts";
import { RECORDED, recordedFor } from "../../../app/recordings/recordingStore.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import { useDraft, useExperiment, useLab, useRuns } from "../../shared/labContext.ts";

/** The recording that stands in for a run until somebody trains; `coming` while it is fetched. */
export function useRecorded(): Recorded | "coming" | undefined {
  const draft = useExperiment();
  const plain = useDraft(({ receipt, view }) => !receipt && !view.embed);
  const fresh = useRuns(({ run }) => isUntouched(run));
  const recordings = useStore(useLab().recordings);
  if (!fresh || !plain) return undefined;
  const recorded = recordedFor(recordings, draft);
  if (recorded) return recorded;
  return !recordings.settled && isRecorded(draft) ? "coming" : undefined;
}

/** The experiment is its preset as it is, and there is a recording of that. */
function isRecorded({ presetId, config }: Pick<Draft, "presetId" | "config">): boolean {
  if (presetId === undefined || !RECORDED.includes(presetId)) return false;
  return experimentKey(presetDraft(presetId).config) === experimentKey(config);
}
