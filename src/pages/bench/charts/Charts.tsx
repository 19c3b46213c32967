import { lazy, Suspense, useMemo, useState } from "react";
import { useStore } from "zustand";
import { type ChartSpec, declared } from "../../../charts/chartSpec.ts";
import { ACCURACY, ENTROPY, LOSS, REWARD, TOKEN_WEIGHTS } from "../../../charts/specs.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { hasMu } from "../../shared/plannedMu.ts";
import { rewardChart } from "../../shared/rewardChart.ts";
import { useView } from "../links/useView.ts";
import { Cell } from "./Cell.tsx";
import styles from "./Charts.module.css";
import type { Cursor } from "./chartDesk.ts";
import { LEADING, leadingOf, leadsOf } from "./leading.ts";
import { Mu } from "./Mu.tsx";
import { RunChart } from "./RunChart.tsx";
import { useSubject } from "./useChart.ts";

export { useCursor } from "./chartDesk.ts";

const ChartBar = lazy(() => import("./ChartBar.tsx"));
const MoreGrid = lazy(() => import("./MoreGrid.tsx"));

interface OneProps {
  readonly cursor: Cursor;
}

interface ChartsProps extends OneProps {
  /** The panels that there are; those of the link without. */
  readonly only?: readonly Panel[] | undefined;
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

/** The first charts of the experiment in two parts: those that lead, and the others. */
function useFirst({ cursor, only }: ChartsProps) {
  const config = useSubject();
  const { view, panel } = useView();
  const chosen = useStore(cursor.look, (look) => look.leading);
  return useMemo(() => {
    const mixes = hasMu(config);
    const [charted] = objectiveById(config.algorithm).charts ?? [];
    const own = charted && declared(charted);
    const shows = (name: Panel) => (only ? only.includes(name) : panel(name));
    // Six are enough. Where there is a µ, it takes the place of the algorithm's own chart, unless a link asks for both.
    const asked = view.charts.includes("own");
    const first = FIRST.filter(([name]) => {
      if (name === "mu") return mixes && shows(name);
      if (name === "own") return own !== undefined && shows(name) && (!mixes || asked);
      return shows(name);
    }).map(([name, common]) => {
      const rewarded = name === "reward" ? rewardChart(config) : common;
      return [name, name === "own" ? own : rewarded] as const;
    });
    const there = first.map(([name]) => name);
    const names = leadingOf(there, chosen, view.charts, leadsOf(config));
    const leading = names.map((name) => first.find(([one]) => one === name)!);
    return { config, shows, mixes, leading, others: first.filter(([name]) => !names.includes(name)) };
  }, [config, view, panel, only, chosen]);
}

interface FirstChartProps extends OneProps {
  readonly panel: Panel;
  /** None for µ, which is a chart of its own. */
  readonly spec: ChartSpec | undefined;
  readonly leads: boolean;
}

function FirstChart({ cursor, panel, spec, leads }: FirstChartProps) {
  const onLead = leads ? undefined : () => cursor.lead(panel, LEADING);
  const shared = { cursor, leads, onLead };
  return <Cell>{spec ? <RunChart {...shared} spec={spec} /> : <Mu {...shared} />}</Cell>;
}

/** The one or two charts that lead: what the experiment is about. */
export function LeadingCharts(props: ChartsProps) {
  const { leading } = useFirst(props);
  return (
    <div className={styles.leading} data-count={leading.length}>
      {leading.map(([name, spec]) => (
        <FirstChart key={name} cursor={props.cursor} panel={name} spec={spec} leads />
      ))}
    </div>
  );
}

/** Every other chart: small ones at first, then what this algorithm alone is measured by. */
export function OtherCharts(props: ChartsProps) {
  const { cursor, only } = props;
  const { config, shows, mixes, leading, others } = useFirst(props);
  const [more, setMore] = useState(false);
  const { title } = objectiveById(config.algorithm);
  return (
    <>
      <div className={styles.grid}>
        {others.map(([name, spec]) => (
          <FirstChart key={name} cursor={cursor} panel={name} spec={spec} leads={false} />
        ))}
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
          <Mu cursor={cursor} leads={false} onLead={undefined} />
        </div>
      )}
      {shows("own") && (
        <details className={styles.more} onToggle={(event) => setMore(event.currentTarget.open)}>
          <summary>More charts of {title}</summary>
          {more && (
            <Suspense fallback={<div className={styles.coming} />}>
              <MoreGrid cursor={cursor} all={![...leading, ...others].some(([name]) => name === "own")} />
            </Suspense>
          )}
        </details>
      )}
    </>
  );
}

/** All charts after one another, where nothing stands between them. */
export function Charts(props: ChartsProps) {
  return (
    <>
      <LeadingCharts {...props} />
      <OtherCharts {...props} />
    </>
  );
}
