import { downsample } from "../../app/downsample.ts";
import type { MetricSource } from "../../charts/metricSource.ts";
import type { ChartLine, Point, Tone } from "../../charts/series/line.ts";
import type { Receipt } from "../../lab/link/receipt.ts";
import type { MetricName } from "../../lab/metrics.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";

/** Another run's curves by the metric's name; the same points for the same metric every time. */
export interface ReferenceLines {
  points(metric: MetricName): readonly Point[] | undefined;
}

/** The curves that a link's receipt carries. */
export function linesOfReceipt({ curves }: Receipt): ReferenceLines {
  const lines = new Map<string, readonly Point[]>(
    curves.map(({ metric, steps, values }) => {
      const points = steps.map((x, i) => ({ x, y: values[i]! }));
      return [metric, points.filter(({ y }) => Number.isFinite(y))] as const;
    }),
  );
  return { points: (metric) => lines.get(metric) };
}

/** The curves of a whole run that will not grow. */
export function linesOfSeries(series: MetricTable): ReferenceLines {
  const lines = new Map<string, readonly Point[] | undefined>();
  return {
    points(metric) {
      if (!lines.has(metric)) {
        const column = series.column(metric);
        lines.set(metric, column && downsample(column));
      }
      return lines.get(metric);
    },
  };
}

/** Lines with those of another run behind them. A line that has not changed is the same one again, so that it is not drawn again. */
export function withReferenceLines(source: MetricSource, reference: ReferenceLines | undefined): MetricSource {
  if (!reference) return source;
  const joined = joinedLines(reference);
  return {
    ...source,
    line(metric, label, tone) {
      const line = source.line(metric, label, tone);
      const behind = reference.points(metric);
      if (!behind) return line;
      const known = joined.get(line ?? `${metric} ${label} ${tone}`);
      return known ?? joined.add(line, `${metric} ${label} ${tone}`, label, tone, behind);
    },
  };
}

interface Joined {
  get(key: ChartLine | string): ChartLine | undefined;
  add(line: ChartLine | undefined, key: string, label: string, tone: Tone, behind: readonly Point[]): ChartLine;
}

const cache = new WeakMap<ReferenceLines, Joined>();

function joinedLines(reference: ReferenceLines): Joined {
  const before = cache.get(reference);
  if (before) return before;
  const grown = new WeakMap<ChartLine, ChartLine>();
  const alone = new Map<string, ChartLine>();
  const made: Joined = {
    get: (key) => (typeof key === "string" ? alone.get(key) : grown.get(key)),
    add(line, key, label, tone, behind) {
      const joined = line ? { ...line, behind } : { label, tone, points: [], behind, valueAt: () => undefined };
      if (line) grown.set(line, joined);
      else alone.set(key, joined);
      return joined;
    },
  };
  cache.set(reference, made);
  return made;
}
