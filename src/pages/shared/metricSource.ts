import { downsample } from "../../app/downsample.ts";
import type { Run } from "../../app/runStore.ts";
import type { MetricSource } from "../../charts/metricSource.ts";
import type { ChartLine, Tone } from "../../charts/series/line.ts";
import type { MetricName } from "../../lab/metrics.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";

const NOTHING: MetricSource = { line: () => undefined };

interface Drawn {
  /** The newest step that had a value when the line was made. */
  readonly until: number;
  readonly line: ChartLine;
}

/** Lines of a run's metrics. A line that has grown is a new one; a line that has not is the same one and is not drawn again. */
const drawn = new WeakMap<MetricTable, Map<string, Drawn>>();

const sources = new WeakMap<MetricTable, { readonly version: number; readonly source: MetricSource }>();

/** What a chart may ask of a run: lines by the metric's name. The same source as long as nothing has come. */
export function metricSource(run: Run | undefined): MetricSource {
  if (!run) return NOTHING;
  const { series, version } = run;
  const before = sources.get(series);
  if (before?.version === version) return before.source;
  const source = sourceOfSeries(series);
  sources.set(series, { version, source });
  return source;
}

/** All metrics of a run. */
export function sourceOfSeries(series: MetricTable): MetricSource {
  return {
    line: (metric, label, tone) => lineOf(series, metric, label, tone),
    clock: clockOf(series),
    newest: series.step,
  };
}

const CLOCKS = { tokens: "num_tokens", seconds: "seconds" } as const;

/** How far a run was at a step. */
export function clockOf(series: MetricTable): NonNullable<MetricSource["clock"]> {
  return (unit, step) => series.valueAt(CLOCKS[unit], step);
}

function lineOf(series: MetricTable, metric: MetricName, label: string, tone: Tone): ChartLine | undefined {
  const column = series.column(metric);
  const until = series.lastStepOf(metric);
  if (!column || until === undefined) return undefined;
  const key = `${metric} ${label} ${tone}`;
  const known = drawn.get(series) ?? new Map<string, Drawn>();
  drawn.set(series, known);
  const before = known.get(key);
  if (before?.until === until) return before.line;
  const line = {
    label,
    tone,
    points: downsample(column),
    full: column,
    clock: clockOf(series),
    valueAt: (step?: number) => series.valueAt(metric, step),
  };
  known.set(key, { until, line });
  return line;
}
