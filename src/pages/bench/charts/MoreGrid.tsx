import type { ComponentType } from "react";
import { ForgettingChart } from "../../../charts/ForgettingChart.tsx";
import type { RunChartProps } from "../../../charts/MetricChart.tsx";
import { ObjectiveCharts } from "../../../charts/ObjectiveCharts.tsx";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { ChartSpec } from "../../../lab/objectives/objective.ts";
import { Cell } from "./Cell.tsx";
import styles from "./Charts.module.css";
import type { Cursor } from "./chartDesk.ts";
import { moreCharts } from "./moreCharts.ts";
import { useChart, useSubject } from "./useChart.ts";

interface OneProps {
  readonly cursor: Cursor;
}

/** All charts beyond the first six, with the algorithm's first one where it is not among those; loaded when they are asked for. */
export default function MoreGrid({ cursor, all }: OneProps & { readonly all: boolean }) {
  const config = useSubject();
  const { common, own, kinds } = moreCharts(config);
  const [first] = objectiveById(config.algorithm).charts ?? [];
  return (
    <div className={styles.grid}>
      {all && first && (
        <Cell>
          <Own cursor={cursor} spec={first} />
        </Cell>
      )}
      {common.map(({ Chart, metrics }) => (
        <Cell key={metrics[0]}>
          <Common cursor={cursor} Chart={Chart} />
        </Cell>
      ))}
      {kinds.length > 0 && (
        <Cell>
          <Forgetting cursor={cursor} kinds={kinds} />
        </Cell>
      )}
      {own.map((spec) => (
        <Cell key={spec.title}>
          <Own cursor={cursor} spec={spec} />
        </Cell>
      ))}
    </div>
  );
}

function Common({ cursor, Chart }: OneProps & { readonly Chart: ComponentType<RunChartProps> }) {
  return <Chart {...useChart(cursor)} />;
}

function Forgetting({ cursor, kinds }: OneProps & { readonly kinds: readonly string[] }) {
  return <ForgettingChart {...useChart(cursor)} kinds={kinds} />;
}

function Own({ cursor, spec }: OneProps & { readonly spec: ChartSpec }) {
  return <ObjectiveCharts {...useChart(cursor)} charts={[spec]} />;
}
