import type { ChartLine, Tone } from "../../charts/series/line.ts";
import type { Figure, Lesson } from "../../lab/lessons/lesson.ts";
import type { MetricColumn, MetricName } from "../../lab/metrics.ts";
import { bandOf } from "../../lab/record/band.ts";
import { INK } from "../shared/LineFigure.tsx";
import type { LessonRecord } from "./record.ts";

/** The reader's own run as a figure draws it: in ink, over the recorded ones. */
export interface OwnRun {
  readonly label: string;
  column(metric: MetricName): MetricColumn | undefined;
}

/** The lines of a figure: the mean of each arm's recorded seeds with its interval, and the reader's run last. */
export function figureLines(
  lesson: Lesson,
  figure: Figure,
  record: LessonRecord | undefined,
  own: OwnRun | undefined,
): ChartLine[] {
  const metric = figure.metric as MetricName;
  const lines: ChartLine[] = [];
  for (const [index, id] of (figure.arms ?? lesson.arms.map((arm) => arm.id)).entries()) {
    const arm = lesson.arms.find((one) => one.id === id);
    const columns = record?.columns(id, metric) ?? [];
    if (arm && columns.length > 0) lines.push(recorded(arm.label, toneOf(index), columns, figure.domain));
  }
  const column = own?.column(metric);
  if (own && column) {
    const points = pointsOf(column);
    if (points.length > 0) lines.push({ label: own.label, tone: INK, points, valueAt: () => points.at(-1)?.y });
  }
  return lines;
}

const toneOf = (index: number) => ((index % 7) + 1) as Tone;

function recorded(label: string, tone: Tone, columns: readonly MetricColumn[], domain: Figure["domain"]): ChartLine {
  const { steps, mean, low, high } = bandOf(columns);
  const [least, most] = domain ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const points = Array.from(steps, (x, i) => ({ x, y: mean[i]! }));
  // An interval around a mean near an end of the domain would reach beyond what is possible.
  const band = Array.from(steps, (x, i) => ({ x, low: Math.max(least, low[i]!), high: Math.min(most, high[i]!) }));
  return { label, tone, points, band, still: true, valueAt: () => points.at(-1)?.y };
}

function pointsOf({ steps, values, length }: MetricColumn): { readonly x: number; readonly y: number }[] {
  const points = [];
  for (let i = 0; i < length; i++) if (Number.isFinite(values[i]!)) points.push({ x: steps[i]!, y: values[i]! });
  return points;
}
