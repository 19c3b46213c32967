import type { ChartLine, Tone } from "./chartLine.ts";
import { LineChart, type LineChartProps } from "./LineChart.tsx";

/** Where a chart takes its lines from, by the metric's name; nothing where a metric never came. */
export interface MetricSource {
  line(metric: string, label: string, tone: Tone): ChartLine | undefined;
}

/** What every chart of a run is given. */
export interface RunChartProps
  extends Pick<LineChartProps, "steps" | "marks" | "flags" | "cursor" | "onCursor" | "numberText" | "readoutText"> {
  readonly metrics: MetricSource;
}

interface Wanted {
  readonly metric: string;
  readonly label: string;
  readonly tone: Tone;
}

export interface MetricChartProps
  extends RunChartProps,
    Pick<LineChartProps, "title" | "sentence" | "domain" | "unit" | "empty"> {
  readonly wanted: readonly Wanted[];
}

/** A chart of metrics as they came. */
export function MetricChart({ metrics, wanted, ...chart }: MetricChartProps) {
  return <LineChart {...chart} lines={linesOf(metrics, wanted)} />;
}

export function linesOf(metrics: MetricSource, wanted: readonly Wanted[]): ChartLine[] {
  return wanted.flatMap(({ metric, label, tone }) => metrics.line(metric, label, tone) ?? []);
}
