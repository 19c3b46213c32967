import type { ChartLine, Tone } from "./chartLine.ts";
import { LineChart, type LineChartProps } from "./LineChart.tsx";

/** Where a chart takes its lines from, by the metric's name; nothing where a metric never came. */
export interface MetricSource {
  line(metric: string, label: string, tone: Tone): ChartLine | undefined;
  /** How far the run was at a step, in another unit than steps; undefined where that is not known. */
  clock?(unit: "tokens" | "seconds", step: number): number | undefined;
  /** The newest step that was measured; 0 before. */
  readonly newest?: number;
  /** Runs that lie over one another: then a chart shows its first metric, one line for each of them. */
  readonly overlay?: Overlay | undefined;
}

export interface Overlay {
  /** The run whose metrics {@link MetricSource.line} gives; none where it is out of view. */
  readonly own: { readonly label: string; readonly tone: Tone } | undefined;
  /** Lines of the others, what lies behind first. */
  lines(metric: string): readonly ChartLine[];
}

/** What every chart of a run is given. */
export interface RunChartProps
  extends Pick<
    LineChartProps,
    | "live"
    | "steps"
    | "reach"
    | "cut"
    | "height"
    | "marks"
    | "flags"
    | "cursor"
    | "onCursor"
    | "onPin"
    | "onZoom"
    | "numberText"
    | "readoutText"
  > {
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
export function MetricChart({ metrics, wanted, unit, ...chart }: MetricChartProps) {
  const subject = metrics.overlay && wanted.length > 1 ? leading(metrics, wanted).label : undefined;
  const units = [subject, unit].filter((word) => word !== undefined).join(", ");
  return <LineChart {...chart} unit={units || undefined} lines={linesOf(metrics, wanted)} />;
}

export function linesOf(metrics: MetricSource, wanted: readonly Wanted[]): ChartLine[] {
  if (metrics.overlay) return overlaid(metrics, leading(metrics, wanted).metric);
  return wanted.flatMap(({ metric, label, tone }) => metrics.line(metric, label, tone) ?? []);
}

/** One metric of every run in view. */
export function overlaid(metrics: MetricSource, metric: string): ChartLine[] {
  const { own, lines } = metrics.overlay!;
  const mine = own && metrics.line(metric, own.label, own.tone);
  return [...lines(metric), ...(mine ? [mine] : [])];
}

/** The metric that most of the runs have, the first of equals. */
export function leading(metrics: MetricSource, wanted: readonly Wanted[]): Wanted {
  const counts = wanted.map(({ metric }) => overlaid(metrics, metric).length);
  return wanted[counts.indexOf(Math.max(...counts))]!;
}
