import { downsample } from "../app/downsample.ts";
import type { Run } from "../app/runStore.ts";
import type { ChartLine, Tone } from "../charts/chartLine.ts";
import type { MetricSource } from "../charts/MetricChart.tsx";

const NOTHING: MetricSource = { line: () => undefined };

/** What a chart may ask of a run: lines by the metric's name, thinned once each. */
export function metricSource(run: Run | undefined): MetricSource {
  if (!run) return NOTHING;
  const { series } = run;
  const made = new Map<string, ChartLine | undefined>();
  return {
    line(metric, label, tone: Tone) {
      const key = `${metric} ${label} ${tone}`;
      if (!made.has(key)) {
        const column = series.column(metric);
        made.set(
          key,
          column && { label, tone, points: downsample(column), valueAt: (step) => series.valueAt(metric, step) },
        );
      }
      return made.get(key);
    },
  };
}
