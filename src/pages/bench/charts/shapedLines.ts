import { downsample } from "../../../app/downsample.ts";
import type { MetricSource } from "../../../charts/metricSource.ts";
import { smoothed } from "../../../charts/scales/smooth.ts";
import type { XScale } from "../../../charts/scales/xScale.ts";
import type { ChartLine, FullColumn, Point } from "../../../charts/series/line.ts";
import type { MetricName } from "../../../lab/metrics.ts";

/** What is done to the lines of every chart alike. */
interface Shaping {
  /** Weight of the past; 0 leaves the lines as they were measured. */
  readonly smooth: number;
  readonly xScale: XScale;
}

interface Shaped {
  readonly key: string;
  readonly line: ChartLine;
}

/** A line that has not grown is the same one again, so that it is not drawn again. */
const shaped = new WeakMap<ChartLine, Shaped>();

/** A source whose lines are smoothed, cut to what is in view, thinned there, and placed on the axis. */
export function shapedSource(source: MetricSource, shaping: Shaping): MetricSource {
  const shape = (metric: MetricName, line: ChartLine) =>
    shapedLine(line, SET.has(metric) ? { ...shaping, smooth: 0 } : shaping);
  const { overlay } = source;
  // A run's columns grow while a chart out of view keeps still, whatever else has it drawn again.
  const known = new Map<string, ChartLine | undefined>();
  return {
    ...source,
    line(metric, label, tone) {
      const key = `${metric} ${label} ${tone}`;
      if (!known.has(key)) {
        const line = source.line(metric, label, tone);
        known.set(key, line && shape(metric, line));
      }
      return known.get(key);
    },
    ...(overlay && {
      overlay: {
        own: overlay.own,
        lines: (metric: MetricName, feeds?: readonly string[]) =>
          overlay.lines(metric, feeds).map((line) => shape(metric, line)),
      },
    }),
  };
}

/** What is set and not measured has no noise to be smoothed away. */
const SET: ReadonlySet<MetricName> = new Set(["mu", "lambda", "learning_rate"]);

function shapedLine(line: ChartLine, { smooth, xScale }: Shaping): ChartLine {
  const { unit, span } = xScale;
  // A clock's axis is as long as the run has taken so far, but a line at rest has its own clock.
  const end = unit !== "step" && !line.clock ? xScale.max : "";
  const key = [smooth, unit, span.from, span.to, end].join(" ");
  const before = shaped.get(line);
  if (before?.key === key) return before.line;
  const made = make(line, smooth, xScale);
  shaped.set(line, { key, line: made });
  return made;
}

/** Used again for every line: nothing of it is kept but the points that are drawn. */
let averages = new Float64Array(0);

function make(line: ChartLine, smooth: number, xScale: XScale): ChartLine {
  const { full, behind, band, clock } = line;
  const { unit } = xScale;
  const place = (step: number) =>
    unit === "step" ? step : clock ? (step <= 0 ? 0 : clock(unit, step)) : xScale.xOf(step);
  const placed = (points: readonly Point[]) => {
    if (unit === "step") return points;
    return points.flatMap(({ x, y }) => {
      const at = place(x);
      return at === undefined ? [] : [{ x: at, y }];
    });
  };
  const rest = {
    ...(behind && { behind: placed(behind) }),
    ...(band && {
      band: band.flatMap((point) => {
        const x = place(point.x);
        return x === undefined ? [] : [{ ...point, x }];
      }),
    }),
  };
  if (!full) return { ...line, ...rest, points: placed(line.points) };
  const seen = inView(full, xScale);
  const measured = (seen === full && line.thinned?.measured) || count(seen);
  if (smooth === 0) {
    const points = seen === full ? line.points : downsample(seen);
    return { ...line, ...rest, points: placed(points), thinned: { drawn: points.length, measured } };
  }
  if (averages.length < full.length) averages = new Float64Array(2 * full.length);
  const values = smoothed(full.values, full.length, smooth, averages);
  const points = downsample(inView({ ...full, values }, xScale));
  const raw = line.faint ? undefined : { raw: placed(seen === full ? line.points : downsample(seen)) };
  return { ...line, ...rest, ...raw, points: placed(points), thinned: { drawn: points.length, measured } };
}

/** The values in view, with one more on either side, so that lines run to the edge. */
function inView(column: FullColumn, { span, steps: last }: XScale): FullColumn {
  if (span.from <= 0 && span.to >= last) return column;
  const { steps, values, length } = column;
  let from = 0;
  while (from < length && steps[from]! < span.from) from++;
  let to = from;
  while (to < length && steps[to]! <= span.to) to++;
  while (from > 0 && !(steps[from]! < span.from && Number.isFinite(values[from]!))) from--;
  while (to < length && !Number.isFinite(values[to]!)) to++;
  to = Math.min(length, to + 1);
  return { steps: steps.subarray(from, to), values: values.subarray(from, to), length: to - from };
}

function count({ values, length }: FullColumn): number {
  let finite = 0;
  for (let i = 0; i < length; i++) if (Number.isFinite(values[i]!)) finite++;
  return finite;
}
