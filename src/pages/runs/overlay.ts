import { useMemo } from "react";
import { downsample } from "../../app/downsample.ts";
import type { RunHistory } from "../../app/history/history.ts";
import type { MetricSource } from "../../charts/metricSource.ts";
import type { ChartLine } from "../../charts/series/line.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import type { MetricColumn, MetricName } from "../../lab/metrics.ts";
import { bandOf } from "../../lab/record/band.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import { useHistory } from "../shared/historyContext.ts";
import { useInTurn } from "../shared/labContext.ts";
import { clockOf, sourceOfSeries } from "../shared/metricSource.ts";
import { type Drawn, sameView, sharedPhases, type View, viewOf } from "./overlayView.ts";

/** What charts draw. */
interface Overlaid {
  readonly metrics: MetricSource;
  readonly steps: number;
  /** The config whose phases every line goes through, so that their borders can be drawn. */
  readonly phases: RunConfig | undefined;
}

/**
 * The metrics that charts draw: those of the run in the worker, with the runs that lie over them. With nothing beside it a run
 * keeps all the lines of a chart.
 * @param about the config of that run, or of the one that Train would start
 */
export function useOverlaid(metrics: MetricSource, about: RunConfig): Overlaid {
  const history = useHistory();
  const { view, curves } = usePacedView(about);
  const steps = totalSteps(about);
  // biome-ignore lint/correctness/useExhaustiveDependencies: curves says when there is more to find
  return useMemo(() => {
    const phases = sharedPhases(view, about);
    const longest = Math.max(view.own ? steps : 1, ...view.others.map((one) => one.steps));
    const series = view.alone === undefined ? undefined : history.seriesOf(view.alone);
    if (series)
      return { metrics: { ...sourceOfSeries(series), subject: view.others[0]!.subject }, steps: longest, phases };
    if (view.others.length === 0 && view.own) return { metrics, steps, phases };
    const lines = (metric: MetricName, feeds?: readonly string[]) => {
      const shown = view.others.filter((one) => !feeds || one.subject.feeds.some((feed) => feeds.includes(feed)));
      return shown.flatMap((one) => lineOf(history, one, metric) ?? []);
    };
    return { metrics: { ...metrics, overlay: { own: view.own, lines } }, steps: longest, phases };
  }, [history, view, curves, metrics, steps, about]);
}

/** Why runs that were asked for are not drawn; undefined where all of them are. */
export function useApart(about: RunConfig): string | undefined {
  return usePacedView(about).view.apart;
}

interface Seen {
  readonly view: View;
  readonly curves: number;
}

/** Eight runs come into seven charts in seven tasks, each chart in its own turn. */
function usePacedView(about: RunConfig): Seen {
  const { store } = useHistory();
  const read = (): Seen => ({ view: viewOf(store.getState(), about), curves: store.getState().curves });
  return useInTurn(read, { same: sameSeen, key: about });
}

const sameSeen = (a: Seen, b: Seen) => a.curves === b.curves && sameView(a.view, b.view);

const lines = new WeakMap<MetricTable, Map<string, ChartLine>>();

/** A run at rest has one line for ever; a band is kept with its first run. */
function lineOf(history: RunHistory, { label, tone, faint, runs }: Drawn, metric: MetricName): ChartLine | undefined {
  const series = runs.flatMap((id) => history.seriesOf(id) ?? []);
  const [first] = series;
  if (!first || series.length < runs.length) return undefined;
  const known = lines.get(first) ?? new Map<string, ChartLine>();
  lines.set(first, known);
  const key = [metric, label, tone, faint, ...runs, ...series.map(({ length }) => length)].join(" ");
  const before = known.get(key);
  if (before) return before;
  const made = series.length === 1 ? single(first, metric) : mean(series, metric);
  if (!made) return undefined;
  const line = { label, tone, still: true, ...(faint && { faint }), ...made };
  known.set(key, line);
  return line;
}

type Curve = Pick<ChartLine, "points" | "band" | "valueAt" | "full" | "beside" | "thinned" | "clock">;

function single(series: MetricTable, metric: MetricName): Curve | undefined {
  const column = series.column(metric);
  if (!column) return undefined;
  const points = downsample(column);
  return {
    points,
    full: column,
    thinned: { drawn: points.length, measured: finite(column) },
    valueAt: (step) => series.valueAt(metric, step),
    clock: clockOf(series),
  };
}

function mean(all: readonly MetricTable[], metric: MetricName): Curve | undefined {
  const columns = all.flatMap((series) => series.column(metric) ?? []);
  if (columns.length < all.length) return undefined;
  const { steps, mean: values, low, high } = bandOf(columns);
  const column = { steps, values, length: steps.length };
  const points = downsample(column);
  const at = new Map([...steps].map((step, i) => [step, i]));
  const band = points.map(({ x }) => ({ x, low: low[at.get(x)!]!, high: high[at.get(x)!]! }));
  const full = (column: Float64Array) => ({ steps, values: column, length: steps.length });
  return {
    points,
    band,
    full: full(values),
    beside: [
      { label: "95% low", full: full(low) },
      { label: "95% high", full: full(high) },
    ],
    thinned: { drawn: points.length, measured: finite(column) },
    clock: clockOf(all[0]!),
    valueAt: (step = Number.POSITIVE_INFINITY) => values[steps.findLastIndex((one) => one <= step)],
  };
}

const finite = ({ values, length }: MetricColumn) =>
  values.subarray(0, length).reduce((n, y) => n + (Number.isFinite(y) ? 1 : 0), 0);
