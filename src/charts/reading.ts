import type { ChartSpec } from "./chartSpec.ts";
import { type ChartSubject, type MetricSource, seriesOf } from "./metricSource.ts";
import { comparison } from "./sentences/comparison.ts";
import { constantMargin } from "./sentences/constantMargin.ts";
import type { ChartLine } from "./series/line.ts";

/** What a chart draws, and what can be said about it. */
interface Reading {
  readonly lines: readonly ChartLine[];
  /** What the axes are. */
  readonly sentence: string;
  /** Which of several series is shown, where runs lie over one another. */
  readonly shown: string | undefined;
  /** Worked out from the data; undefined where they say nothing yet. @param room in letters. */
  says(text: (value: number) => string, room: number): string | undefined;
}

/** The lines of a declared chart with the sentence that their measurements make. */
export function read(spec: ChartSpec, metrics: MetricSource, about: ChartSubject): Reading {
  const subject = metrics.subject ?? about;
  const { drawn, otherwise } = seriesOf(metrics, spec, subject);
  const { sentence } = (otherwise && spec.otherwise) || spec;
  const lines = drawn.map(({ line }) => line).filter(hasSomething);
  if (metrics.overlay) {
    const several = spec.series.length + (spec.otherwise?.series.length ?? 0) > 1;
    return {
      lines,
      sentence,
      shown: several ? drawn[0]?.series.label : undefined,
      says: (text) => (spec.whole ? undefined : comparison(lines.flatMap(compared), text)),
    };
  }
  const series = drawn.flatMap(({ series: { metric, label, noun = label }, line }) =>
    line.full ? [{ metric, noun, column: line.full }] : [],
  );
  // What the run is about is said first.
  const first = series.findIndex(({ metric }) => metric === subject.headline);
  if (first > 0) series.unshift(...series.splice(first, 1));
  const { says = constantMargin, domain: range } = spec;
  return {
    lines,
    sentence,
    shown: undefined,
    says: (text, room) => says({ series, facts: subject, range, text, room }),
  };
}

function hasSomething({ points, ahead, behind }: ChartLine): boolean {
  return points.length > 0 || (ahead?.length ?? 0) > 1 || (behind?.length ?? 0) > 1;
}

function compared({ label, full, band }: ChartLine) {
  if (!full) return [];
  const end = band?.at(-1);
  return [{ label, column: full, halfWidth: end && (end.high - end.low) / 2 }];
}
