import { useMemo } from "react";
import { useStore } from "zustand";
import type { Lab } from "../../../app/lab.ts";
import { isUntouched, shownRun } from "../../../app/shownRun.ts";
import type { RunChartProps } from "../../../charts/Chart.tsx";
import type { TakeTurn } from "../../../charts/chartProps.ts";
import type { MetricSource } from "../../../charts/metricSource.ts";
import { clockScale, stepScale } from "../../../charts/scales/xScale.ts";
import { numberText, readoutText } from "../../../controls/numberText.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { useOverlaid } from "../../runs/overlay.ts";
import { chartSubject } from "../../shared/chartSubject.ts";
import { useDraft, useInTurn, useLab, useRuns } from "../../shared/labContext.ts";
import { metricSource } from "../../shared/metricSource.ts";
import { phaseMarks } from "../../shared/phaseMarks.ts";
import { withReferenceLines } from "../../shared/referenceLines.ts";
import { useAlerts } from "../alerts/useAlerts.ts";
import { useReferenceLines } from "../links/useReferenceLines.ts";
import type { Cursor } from "./chartDesk.ts";
import { usePlotHeight } from "./plotHeight.ts";
import { shapedSource } from "./shapedLines.ts";
import { useSeen } from "./useSeen.ts";

/** What the charts are about: the run once it has begun, before that the experiment that Train would start. */
export function useSubject(): RunConfig {
  const draft = useDraft(({ config }) => config);
  const run = useRuns((now) => now.run?.config);
  const fresh = useRuns((now) => isUntouched(now.run));
  return !run || fresh ? draft : run;
}

interface Read {
  readonly source: MetricSource;
  /** The run trained when it was read. */
  readonly live: boolean;
  /** Weight of the past. A slider moves it: it must not have all charts drawn in one go with each of its steps. */
  readonly smooth: number;
}

function readShown(lab: Lab): Read {
  const run = shownRun(lab);
  const { smooth } = lab.draft.getState().view;
  return { source: metricSource(run), live: run?.state.phase === "training", smooth };
}

/**
 * The run's metrics in this chart's own turn of the pacer, and at once when another run is shown. A chart out of view keeps
 * still while the run trains.
 */
function useMetrics(seen: boolean): Read {
  const lab = useLab();
  const id = useRuns(({ run }) => run?.id);
  const training = useRuns(({ run }) => run?.state.phase === "training");
  const live = seen || !training;
  return useInTurn(() => readShown(lab), { same: sameRead, key: id, live });
}

const sameRead = (before: Read, now: Read) =>
  before.source === now.source && before.live === now.live && before.smooth === now.smooth;

/** A chart that nobody sees comes to rest when it is seen. */
const NOT_YET: TakeTurn = () => () => {};

const tickText = (value: number) => numberText(value, 3);

export interface PlacedProps {
  readonly cursor: Cursor;
  /** It is one of the charts that lead: larger. */
  readonly leads: boolean;
  /** Puts it in front; none where it is there, or cannot be. */
  readonly onLead: (() => void) | undefined;
}

/** What a chart needs, read in its own turn. */
export function useChart({ cursor, leads, onLead }: PlacedProps): RunChartProps {
  const { pacer } = useLab();
  const seen = useSeen();
  const { source, live, smooth } = useMetrics(seen);
  const own = withReferenceLines(source, useReferenceLines());
  const config = useSubject();
  const { metrics: laid, steps, phases: shared } = useOverlaid(own, config);
  const unit = useStore(cursor.look, (look) => look.unit);
  const zoom = useStore(cursor.look, (look) => look.zoom);
  const cut = useStore(cursor.look, (look) => look.cut);
  const clock = unit === "step" ? undefined : laid.clock;
  // Steps are the same axis whatever comes; a clock's grows with the run.
  const reached = unit === "step" ? 0 : (laid.newest ?? 0);
  const xScale = useMemo(() => {
    const clocked = unit !== "step" && clock && clockScale(unit, steps, reached, (step) => clock(unit, step), zoom);
    return clocked || stepScale(steps, zoom);
  }, [unit, steps, reached, clock, zoom]);
  const metrics = useMemo(() => shapedSource(laid, { smooth, xScale }), [laid, smooth, xScale]);
  return {
    metrics,
    subject: useMemo(() => chartSubject(config), [config]),
    rest: live ? undefined : seen ? pacer.once : NOT_YET,
    steps,
    height: usePlotHeight(leads),
    leads,
    onLead,
    xScale,
    cut,
    marks: useMarks(config),
    phases: useMemo(() => (shared ? phaseMarks(shared) : []), [shared]),
    flags: useFlags(),
    cursor: cursor.step,
    onCursor: cursor.set,
    onPin: cursor.pin,
    onZoom: cursor.zoom,
    numberText: tickText,
    readoutText,
  };
}

function useMarks({ interventions }: RunConfig): readonly number[] {
  return useMemo(() => [...new Set(interventions.map(({ step }) => step))], [interventions]);
}

function useFlags() {
  const alerts = useAlerts();
  return useMemo(
    () =>
      alerts
        .filter(({ charts }) => charts.length > 0)
        .map(({ from, title, charts }) => ({ step: from, label: title, charts })),
    [alerts],
  );
}
