import { lazy, Suspense, useState } from "react";
import { AccuracyChart } from "../../../charts/AccuracyChart.tsx";
import { EntropyChart } from "../../../charts/EntropyChart.tsx";
import { LossChart } from "../../../charts/LossChart.tsx";
import { ObjectiveCharts } from "../../../charts/ObjectiveCharts.tsx";
import { RewardChart } from "../../../charts/RewardChart.tsx";
import { TokenWeightsChart } from "../../../charts/TokenWeightsChart.tsx";
import { byConstruction } from "../../../lab/alerts/byConstruction.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { hasMu } from "../../shared/plannedMu.ts";
import { useView } from "../links/useView.ts";
import { Cell } from "./Cell.tsx";
import styles from "./Charts.module.css";
import type { Cursor } from "./chartDesk.ts";
import { Mu } from "./Mu.tsx";
import { useChart, useSubject } from "./useChart.ts";

export { type Cursor, useCursor, useCursorStep } from "./chartDesk.ts";

const ChartBar = lazy(() => import("./ChartBar.tsx"));
const MoreGrid = lazy(() => import("./MoreGrid.tsx"));

interface OneProps {
  readonly cursor: Cursor;
}

const Accuracy = ({ cursor }: OneProps) => <AccuracyChart {...useChart(cursor)} />;
const Reward = ({ cursor }: OneProps) => <RewardChart {...useChart(cursor)} />;
const Entropy = ({ cursor }: OneProps) => <EntropyChart {...useChart(cursor)} />;

function Loss({ cursor }: OneProps) {
  const config = useSubject();
  return <LossChart {...useChart(cursor)} imitates={objectiveById(config.algorithm).feeds.includes("demos")} />;
}

function Own({ cursor }: OneProps) {
  const config = useSubject();
  return <ObjectiveCharts {...useChart(cursor)} charts={objectiveById(config.algorithm).charts?.slice(0, 1) ?? []} />;
}

function TokenWeights({ cursor }: OneProps) {
  const config = useSubject();
  return <TokenWeightsChart {...useChart(cursor)} expert={objectiveById(config.algorithm).feeds.includes("demos")} />;
}

const FIRST = {
  accuracy: Accuracy,
  reward: Reward,
  loss: Loss,
  entropy: Entropy,
  mu: Mu,
  own: Own,
  tokens: TokenWeights,
} as const;

/** The witnesses: what every run is measured by, then what this algorithm is measured by. */
export function Charts({ cursor, only }: OneProps & { readonly only?: readonly Panel[] | undefined }) {
  const config = useSubject();
  const [more, setMore] = useState(false);
  const { view, panel } = useView();
  const mixes = hasMu(config);
  const { title, charts = [] } = objectiveById(config.algorithm);
  const shows = (name: Panel) => (only ? only.includes(name) : panel(name));
  // Six fill the grid. Where there is a µ, it takes the place of the algorithm's own chart, unless a link asks for both.
  const asked = view.charts.includes("own");
  const first = (Object.keys(FIRST) as (keyof typeof FIRST)[]).filter((name) => {
    if (name === "mu") return mixes && shows(name);
    if (name === "own") return charts.length > 0 && shows(name) && (!mixes || asked);
    return shows(name);
  });
  const note = byConstruction(config);
  return (
    <>
      {note !== undefined && <p className={`caption ${styles.note}`}>{note}</p>}
      <div className={styles.grid} data-few={first.length < 3 ? first.length : undefined}>
        {first.map((name) => {
          const Chart = FIRST[name];
          return (
            <Cell key={name}>
              <Chart cursor={cursor} />
            </Cell>
          );
        })}
      </div>
      {!only && (
        <div className={styles.bar}>
          <Suspense>
            <ChartBar cursor={cursor} />
          </Suspense>
        </div>
      )}
      {!mixes && shows("mu") && (
        <div className={styles.without}>
          <Mu cursor={cursor} />
        </div>
      )}
      {shows("own") && (
        <details className={styles.more} onToggle={(event) => setMore(event.currentTarget.open)}>
          <summary>More charts of {title}</summary>
          {more && (
            <Suspense fallback={<div className={styles.coming} />}>
              <MoreGrid cursor={cursor} all={!first.includes("own")} />
            </Suspense>
          )}
        </details>
      )}
    </>
  );
}
