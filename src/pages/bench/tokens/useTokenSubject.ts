import { useCallback, useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { entriesInView, entryOf, type HistoryState } from "../../../app/history/historyStore.ts";
import { recordedFor } from "../../../app/recordings/recordingStore.ts";
import { isUntouched, shownRun } from "../../../app/shownRun.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import type { MetricName } from "../../../lab/metrics.ts";
import { type TokenStep, tokensAt, type WatchedRecord } from "../../../lab/record/tokenRecord.ts";
import { useHistory, useHistoryState } from "../../shared/historyContext.ts";
import { useExperiment, useLab, usePaced, usePinnedLater, useRuns } from "../../shared/labContext.ts";

/** Whose tokens are shown, and of which step. */
export interface TokenSubject {
  /** Another one is another run. */
  readonly id: string | undefined;
  /** Of a past run; undefined for the run in the worker and for a recording. */
  readonly past:
    | { readonly name: string; readonly watched: WatchedRecord | undefined; readonly come: boolean }
    | undefined;
  readonly config: RunConfig | undefined;
  readonly tokens: TokenStep | undefined;
  /** A metric of a step of it. */
  metric(name: MetricName): number | undefined;
}

/**
 * The run in the worker; the one that is drawn alone, where that is a past one; and before anything has begun the newest past
 * run in view. The step cursor leads to the newest kept step before it.
 */
export function useTokenSubject(): TokenSubject {
  const lab = useLab();
  const history = useHistory();
  const begun = useRuns(({ run }) => !isUntouched(run));
  const draft = useExperiment();
  const recorded = useStore(lab.recordings, (now) => recordedFor(now, draft) !== undefined);
  const pastId = useHistoryState((state) => pastOf(state, begun || recorded));
  const record = useHistoryState((state) => state.records.find(({ id }) => id === pastId));
  const cursor = usePinnedLater();
  useEffect(() => history.loadTokens(pastId), [history, pastId]);
  // Counts up when they have come.
  useHistoryState((state) => state.tokens);

  const liveId = useRuns(({ run }) => run?.id);
  const newest = usePaced((run) => run?.tokens);
  const liveConfig = usePaced((run) => run?.config);
  const ofPast = pastId === undefined ? undefined : history.tokensOf(pastId);
  const ofLive = cursor === undefined || liveId === undefined || !begun ? undefined : history.tokensOf(liveId);
  const tokens = record
    ? ofPast && tokensAt(ofPast, cursor)
    : ofLive && ofLive.steps.length > 0
      ? tokensAt(ofLive, cursor)
      : newest;
  const step = tokens?.step;
  const id = record?.id;
  const metric = useCallback(
    (name: MetricName) => (id === undefined ? shownRun(lab)?.series : history.seriesOf(id))?.valueAt(name, step),
    [lab, history, id, step],
  );
  return useMemo(
    () => ({
      id: id ?? liveId,
      past: record && { name: record.name, watched: ofPast?.watched, come: ofPast !== undefined || !record.tokens },
      config: record?.config ?? liveConfig,
      tokens,
      metric,
    }),
    [id, liveId, record, ofPast, liveConfig, tokens, metric],
  );
}

/** The past run that is to be looked at; undefined where it is the one in the worker, or a recording. */
function pastOf(state: HistoryState, occupied: boolean): string | undefined {
  const { solo, live } = state;
  const alone = solo === undefined ? undefined : entryOf(state, solo);
  if (alone) return alone.runs.some(({ id }) => id === live) ? undefined : alone.runs[0]!.id;
  // What was cut off is what the page is about until something else begins.
  if (state.goOn?.id !== undefined) return state.goOn.id;
  if (occupied) return undefined;
  const runs = entriesInView(state).flatMap((entry) => entry.runs);
  const resting = runs.filter((run) => run.id !== live && run.tokens !== undefined);
  return resting.toSorted((a, b) => b.created - a.created)[0]?.id;
}
