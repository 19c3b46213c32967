import type { MetricName } from "../metrics.ts";
import { type Trace, valuesOf } from "./study.ts";

/** Differences of means over the same problems that are smaller than this are called none: the scatter of 128 problems. */
const NOTABLE = 0.05;

/** The share `value` as whole percent. */
export const percent = (value: number): string => `${Math.round(100 * value)}%`;

/** The value to two places, with a minus sign, never −0.00. */
export function decimal(value: number): string {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "−");
}

/** First, last, lowest and highest measured value of a metric; undefined where the run never measured it. */
export function courseOf(trace: Trace, metric: MetricName) {
  const values = valuesOf(trace, metric).filter(Number.isFinite);
  if (values.length === 0) return undefined;
  return { first: values[0]!, last: values.at(-1)!, low: Math.min(...values), high: Math.max(...values) };
}

/**
 * What became of a metric, as the rest of a sentence whose subject is the metric: `rose from 46% to 100%`, `fell from …`,
 * `fell from 80% to 20% and came back to 60%`, `fell … and then rose …` where it ends higher than it began, likewise `rose …`, or `stayed near 48%`. Changes below `notable` are none.
 */
export function changeOf(
  trace: Trace,
  metric: MetricName,
  shown: (value: number) => string = percent,
  notable = NOTABLE,
): string {
  const course = courseOf(trace, metric);
  if (!course) return "was not measured";
  const { first, last, low, high } = course;
  if (low < Math.min(first, last) - notable)
    return `fell from ${shown(first)} to ${shown(low)} and ${last > first + notable ? "then rose" : "came back"} to ${shown(last)}`;
  if (high > Math.max(first, last) + notable)
    return `rose from ${shown(first)} to ${shown(high)} and ${last < first - notable ? "then fell" : "fell back"} to ${shown(last)}`;
  if (last > first + notable) return `rose from ${shown(first)} to ${shown(last)}`;
  if (last < first - notable) return `fell from ${shown(first)} to ${shown(last)}`;
  return `stayed near ${shown(last)}`;
}

/** A sentence of a subject and {@link changeOf}: `Accuracy rose from 46% to 100%.` */
export function sentenceOf(subject: string, ...of: Parameters<typeof changeOf>): string {
  return `${subject} ${changeOf(...of)}.`;
}
