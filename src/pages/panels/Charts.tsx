import { useCallback, useMemo, useState } from "react";
import { isUntouched } from "../../app/lab.ts";
import { AccuracyChart } from "../../charts/AccuracyChart.tsx";
import { EntropyChart } from "../../charts/EntropyChart.tsx";
import { LossChart } from "../../charts/LossChart.tsx";
import type { RunChartProps } from "../../charts/MetricChart.tsx";
import { MuChart } from "../../charts/MuChart.tsx";
import { ObjectiveCharts } from "../../charts/ObjectiveCharts.tsx";
import { RewardChart } from "../../charts/RewardChart.tsx";
import { TokenWeightsChart } from "../../charts/TokenWeightsChart.tsx";
import { numberText, readoutText } from "../../controls/numberText.ts";
import { byConstruction } from "../../lab/alerts/byConstruction.ts";
import type { RunConfig } from "../../lab/config.ts";
import { objectiveById } from "../../lab/objectives/index.ts";
import type { Panel } from "../../lab/view.ts";
import { useAlerts } from "../alerts/useAlerts.ts";
import { withGhost } from "../ghosts.ts";
import { useDraft, usePaced, useRuns } from "../labContext.ts";
import { useGhost } from "../links/useGhost.ts";
import { useView } from "../links/useView.ts";
import { metricSource } from "../metricSource.ts";
import { hasMu, muAhead } from "../muAhead.ts";
import { useOverlaid } from "../runs/overlay.ts";
import styles from "./Charts.module.css";

export interface Cursor {
  readonly step: number | undefined;
  set(step: number | undefined): void;
}

/** The step that every chart's readout speaks of while the pointer is on one of them. */
export function useCursor(): Cursor {
  const asked = useDraft(({ view }) => view.cursor);
  const [step, set] = useState(asked);
  return useMemo(() => ({ step, set }), [step]);
}

const tickText = (value: number) => numberText(value, 3);

/** What the charts are about: the run once it has begun, before that the experiment that Train would start. */
function useSubject(): RunConfig {
  const draft = useDraft(({ config }) => config);
  const run = useRuns((now) => now.run?.config);
  const fresh = useRuns((now) => isUntouched(now.run));
  return !run || fresh ? draft : run;
}

/** What a chart needs, read in its own turn. */
function useChart(cursor: Cursor): RunChartProps {
  const own = withGhost(usePaced(metricSource), useGhost());
  const alerts = useAlerts();
  const flags = useMemo(
    () =>
      alerts
        .filter(({ charts }) => charts.length > 0)
        .map(({ from, title, charts }) => ({ step: from, label: title, charts })),
    [alerts],
  );
  const config = useSubject();
  const { metrics, steps } = useOverlaid(own, config.optimiser.steps);
  const marks = useMemo(() => config.interventions.map(({ step }) => step), [config]);
  const onCursor = useCallback((step: number | undefined) => cursor.set(step), [cursor.set]);
  return {
    metrics,
    steps,
    marks,
    flags,
    cursor: cursor.step,
    onCursor,
    numberText: tickText,
    readoutText,
  };
}

interface OneProps {
  readonly cursor: Cursor;
}

const Accuracy = ({ cursor }: OneProps) => <AccuracyChart {...useChart(cursor)} />;
const Reward = ({ cursor }: OneProps) => <RewardChart {...useChart(cursor)} />;
const Entropy = ({ cursor }: OneProps) => <EntropyChart {...useChart(cursor)} />;
export const TokenWeights = ({ cursor }: OneProps) => <TokenWeightsChart {...useChart(cursor)} />;

function Loss({ cursor }: OneProps) {
  const config = useSubject();
  return <LossChart {...useChart(cursor)} imitates={objectiveById(config.algorithm).feeds.includes("demos")} />;
}

function Mu({ cursor }: OneProps) {
  const config = useSubject();
  const ahead = useMemo(() => muAhead(config), [config]);
  return <MuChart {...useChart(cursor)} applies={hasMu(config)} ahead={ahead} />;
}

function Own({ cursor, from, to }: OneProps & { readonly from: number; readonly to?: number }) {
  const config = useSubject();
  const charts = objectiveById(config.algorithm).charts?.slice(from, to) ?? [];
  return <ObjectiveCharts {...useChart(cursor)} charts={charts} />;
}

/** The witnesses: what every run is measured by, then what this algorithm is measured by. */
export function Charts({ cursor, only }: OneProps & { readonly only?: readonly Panel[] | undefined }) {
  const config = useSubject();
  const { title, charts = [] } = objectiveById(config.algorithm);
  const [more, setMore] = useState(false);
  const { panel } = useView();
  const shows = (name: Panel) => (only ? only.includes(name) : panel(name));
  const note = byConstruction(config);
  return (
    <>
      {note !== undefined && <p className={`caption ${styles.note}`}>{note}</p>}
      <div className={styles.grid}>
        {shows("accuracy") && <Accuracy cursor={cursor} />}
        {shows("reward") && <Reward cursor={cursor} />}
        {shows("loss") && <Loss cursor={cursor} />}
        {shows("entropy") && <Entropy cursor={cursor} />}
        {shows("mu") && <Mu cursor={cursor} />}
        {shows("own") && <Own cursor={cursor} from={0} to={1} />}
      </div>
      {charts.length > 1 && shows("own") && (
        <details className={styles.more} onToggle={(event) => setMore(event.currentTarget.open)}>
          <summary>More charts of {title}</summary>
          {more && (
            <div className={styles.grid}>
              <Own cursor={cursor} from={1} />
            </div>
          )}
        </details>
      )}
    </>
  );
}
