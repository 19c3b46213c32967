import type { MetricName } from "../lab/metrics.ts";
import type { ChartSpec, SeriesSpec } from "./chartSpec.ts";
import type { Facts } from "./sentences/sentence.ts";
import type { ChartLine, Tone } from "./series/line.ts";

/** The run that a chart is about, as far as its settings matter to the charts. */
export interface ChartSubject extends Facts {
  /** Of its algorithm. */
  readonly feeds: readonly string[];
  /** The metric that the run is about: of several, runs over one another are compared by this one. */
  readonly headline: MetricName;
}

/** Where a chart takes its lines from, by the metric's name; nothing where a metric never came. */
export interface MetricSource {
  line(metric: MetricName, label: string, tone: Tone): ChartLine | undefined;
  /** How far the run was at a step, in another unit than steps; undefined where that is not known. */
  clock?(unit: "tokens" | "seconds", step: number): number | undefined;
  /** The newest step that was measured; 0 before. */
  readonly newest?: number;
  /** The run whose metrics these are, where it is another one than the page is about. */
  readonly subject?: ChartSubject;
  /** Runs that lie over one another: then a chart shows one of its metrics, one line for each of them. */
  readonly overlay?: Overlay | undefined;
}

interface Overlay {
  /** The run whose metrics {@link MetricSource.line} gives; none where it is out of view. */
  readonly own: { readonly label: string; readonly tone: Tone } | undefined;
  /** Lines of the others, what lies behind first; of those alone that one of the feeds brings data for, where feeds are named. */
  lines(metric: MetricName, feeds?: readonly string[]): readonly ChartLine[];
}

/** The lines of a chart, each with the series that it is of. */
interface DrawnSeries {
  readonly series: SeriesSpec;
  readonly line: ChartLine;
}

/**
 * The lines of a chart as its declaration wants them. Of runs that lie over one another, the metric that most of them have, the
 * headline before others.
 * @param subject the run whose metrics the source gives.
 */
export function seriesOf(
  metrics: MetricSource,
  spec: ChartSpec,
  { feeds, headline }: Pick<ChartSubject, "feeds" | "headline">,
): { readonly drawn: readonly DrawnSeries[]; readonly otherwise: boolean } {
  const all = [...spec.series, ...(spec.otherwise?.series ?? [])];
  if (metrics.overlay) {
    const ranked = all.toSorted((a, b) => Number(b.metric === headline) - Number(a.metric === headline));
    const series = leading(metrics, ranked, feeds);
    return { drawn: overlaid(metrics, series, feeds).map((line) => ({ series, line })), otherwise: false };
  }
  const first = measured(metrics, spec.series, feeds);
  if (first.length > 0 || !spec.otherwise) return { drawn: first, otherwise: false };
  const second = measured(metrics, spec.otherwise.series, feeds);
  return { drawn: second, otherwise: second.length > 0 };
}

function measured(metrics: MetricSource, wanted: readonly SeriesSpec[], feeds: readonly string[]): DrawnSeries[] {
  return wanted.flatMap((series, index) => {
    const { metric, label, tone = toneOf(index) } = series;
    const line = hasFeed(series, feeds) ? metrics.line(metric, label, tone) : undefined;
    return line ? [{ series, line: withAreas(metrics, series, line) }] : [];
  });
}

const toneOf = (index: number) => ((index % 8) + 1) as Tone;

/** Whether a run with these feeds can have a series at all. */
export const hasFeed = ({ feeds }: SeriesSpec, given: readonly string[]): boolean =>
  !feeds || feeds.some((feed) => given.includes(feed));

/** One metric of every run in view. */
function overlaid(metrics: MetricSource, series: SeriesSpec, feeds: readonly string[]): ChartLine[] {
  const { own, lines } = metrics.overlay!;
  const mine = own && hasFeed(series, feeds) ? metrics.line(series.metric, own.label, own.tone) : undefined;
  return [...lines(series.metric, series.feeds), ...(mine ? [mine] : [])];
}

/** The series that most of the runs have, the first of equals. */
function leading(metrics: MetricSource, wanted: readonly SeriesSpec[], feeds: readonly string[]): SeriesSpec {
  const counts = wanted.map((series) => overlaid(metrics, series, feeds).length);
  return wanted[counts.indexOf(Math.max(...counts))]!;
}

interface Made {
  readonly edges: readonly ChartLine[];
  readonly line: ChartLine;
}

/** A line that has not moved is the same line again, so that it is not drawn again. */
const made = new WeakMap<ChartLine, Made>();

/** A line with the areas between other metrics behind it; without them where they were not measured. */
function withAreas(metrics: MetricSource, { areas }: SeriesSpec, line: ChartLine): ChartLine {
  if (!areas) return line;
  const edge = (metric: MetricName) => metrics.line(metric, percent(metric), line.tone);
  const pairs = areas.flatMap(([low, high]) => {
    const [lower, upper] = [edge(low), edge(high)];
    return lower && upper ? [{ lower, upper }] : [];
  });
  if (pairs.length < areas.length) return line;
  const edges = pairs.flatMap(({ lower, upper }) => [lower, upper]);
  const before = made.get(line);
  if (before?.edges.every((one, index) => one === edges[index])) return before.line;
  const joined: ChartLine = {
    ...line,
    areas: pairs.map(({ lower, upper }) => ({ upper: upper.points, lower: lower.points })),
    beside: edges.flatMap(({ label, full }) => (full ? [{ label, full }] : [])),
  };
  made.set(line, { edges, line: joined });
  return joined;
}

/** `token_weight/p05` as `5%`. */
function percent(metric: string): string {
  const quantile = /p(\d+)$/.exec(metric)?.[1];
  return quantile === undefined ? metric : `${Number(quantile)}%`;
}
