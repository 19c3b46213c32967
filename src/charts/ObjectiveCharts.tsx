import type { Tone } from "./chartLine.ts";
import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

/** A chart as an algorithm declares it. */
export interface DeclaredChart {
  readonly title: string;
  readonly sentence: string;
  readonly series: readonly { readonly metric: string; readonly label: string }[];
  readonly domain?: readonly [number, number];
}

export interface ObjectiveChartsProps extends RunChartProps {
  readonly charts: readonly DeclaredChart[];
}

/** What one algorithm shows beside the common charts. */
export function ObjectiveCharts({ charts, ...run }: ObjectiveChartsProps) {
  return charts.map(({ title, sentence, series, domain }) => (
    <MetricChart
      key={title}
      {...run}
      {...{ title, sentence, domain }}
      empty="Appears when the run has these numbers."
      wanted={series.map(({ metric, label }, index) => ({ metric, label, tone: ((index % 5) + 1) as Tone }))}
    />
  ));
}
