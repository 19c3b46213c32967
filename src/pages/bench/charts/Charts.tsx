import { lazy, Suspense, useMemo, useState } from "react";
import { type ChartSpec, declared } from "../../../charts/chartSpec.ts";
import { ACCURACY, ENTROPY, LOSS, REWARD, TOKEN_WEIGHTS } from "../../../charts/specs.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { hasMu } from "../../shared/plannedMu.ts";
import { useView } from "../links/useView.ts";
import { Cell } from "./Cell.tsx";
import styles from "./Charts.module.css";
import type { Cursor } from "./chartDesk.ts";
import { Mu } from "./Mu.tsx";
import { RunChart } from "./RunChart.tsx";
import { useSubject } from "./useChart.ts";

export { useCursor } from "./chartDesk.ts";

const ChartBar = lazy(() => import("./ChartBar.tsx"));
const MoreGrid = lazy(() => import("./MoreGrid.tsx"));

interface OneProps {
  readonly cursor: Cursor;
}

/** The panels of charts in the order of the page; those without a chart here depend on the algorithm. */
const FIRST: readonly (readonly [Panel, ChartSpec | undefined])[] = [
  ["accuracy", ACCURACY],
  ["reward", REWARD],
  ["loss", LOSS],
  ["entropy", ENTROPY],
  ["mu", undefined],
  ["own", undefined],
  ["tokens", TOKEN_WEIGHTS],
];

/** The charts: what every run is measured by, then what this algorithm is measured by. */
export function Charts({ cursor, only }: OneProps & { readonly only?: readonly Panel[] | undefined }) {
  const config = useSubject();
  const [more, setMore] = useState(false);
  const { view, panel } = useView();
  const mixes = hasMu(config);
  const { title, charts = [] } = objectiveById(config.algorithm);
  const own = useMemo(() => (charts[0] ? declared(charts[0]) : undefined), [charts]);
  const shows = (name: Panel) => (only ? only.includes(name) : panel(name));
  // Six fill the grid. Where there is a µ, it takes the place of the algorithm's own chart, unless a link asks for both.
  const asked = view.charts.includes("own");
  const first = FIRST.filter(([name]) => {
    if (name === "mu") return mixes && shows(name);
    if (name === "own") return own !== undefined && shows(name) && (!mixes || asked);
    return shows(name);
  });
  return (
    <>
      <div className={styles.grid} data-few={first.length < 3 ? first.length : undefined}>
        {first.map(([name, common]) => {
          const spec = name === "own" ? own : common;
          return <Cell key={name}>{spec ? <RunChart cursor={cursor} spec={spec} /> : <Mu cursor={cursor} />}</Cell>;
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
              <MoreGrid cursor={cursor} all={!first.some(([name]) => name === "own")} />
            </Suspense>
          )}
        </details>
      )}
    </>
  );
}
