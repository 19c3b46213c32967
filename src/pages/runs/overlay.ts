import { useMemo } from "react";
import { downsample } from "../../app/downsample.ts";
import type { RunHistory } from "../../app/history/history.ts";
import { type Entry, entriesInView, entryOf, type HistoryState } from "../../app/history/historyStore.ts";
import type { ChartSubject, MetricSource } from "../../charts/metricSource.ts";
import type { ChartLine, Tone } from "../../charts/series/line.ts";
import { totalSteps } from "../../lab/experiment/phases.ts";
import { isMetric, type MetricColumn, type MetricName } from "../../lab/metrics.ts";
import { bandOf } from "../../lab/record/band.ts";
import type { MetricTable } from "../../lab/record/metricTable.ts";
import { freeName, freeTone, isLive } from "../../lab/record/runRecord.ts";
import { chartSubject } from "../shared/chartSubject.ts";
import { useInTurn } from "../shared/labContext.ts";
import { clockOf, sourceOfSeries } from "../shared/metricSource.ts";

import { useHistory } from "./historyContext.ts";

/** One line of every chart. */
interface Drawn {
  readonly label: string;
  readonly tone: Tone;
  readonly faint: boolean;
  /** Several: mean and band. */
  readonly runs: readonly string[];
  readonly steps: number;
  /** What of their settings matters to the charts. */
  readonly subject: ChartSubject;
}

/** The lines over the charts. Nothing is drawn again while they stay the same. */
interface View {
  /** The run in the worker: its label and tone; undefined where it is not in view. */
  readonly own: { readonly label: string; readonly tone: Tone } | undefined;
  /** What lies behind first. */
  readonly others: readonly Drawn[];
  /** The only run in view, and it is at rest: its own metrics are all drawn. */
  readonly alone: string | undefined;
}

export function viewOf(state: HistoryState): View {
  const { live, solo, baseline } = state;
  // The newest lies on top.
  const inView = entriesInView(state).toSorted((a, b) => a.runs[0]!.created - b.runs[0]!.created);
  const mine = entryOf(state, live);
  const names = new Set<string>();
  const label = (wanted: string) => {
    const free = freeName(wanted, names);
    names.add(free);
    return free;
  };
  // One seed of several is drawn by itself while it trains, and then joins the others.
  const joined = mine?.seeds === true && !mine.runs.some(({ id, phase }) => id === live && isLive(phase));
  const ownInView = joined ? false : solo === undefined ? !mine || inView.includes(mine) : solo === mine?.id;
  const ownName = mine?.runs.find(({ id }) => id === live)?.name ?? "this run";
  const own = ownInView
    ? { label: label(ownName), tone: mine?.tone ?? freeTone(inView.map(({ tone }) => tone)) }
    : undefined;
  const others = inView
    .map((entry) => ({ entry, runs: entry.runs.map(({ id }) => id).filter((id) => joined || id !== live) }))
    .filter(({ runs }) => runs.length > 0)
    .map(({ entry, runs }) => ({
      label: label(entry.name),
      tone: entry.tone,
      faint: entry.id === baseline && solo === undefined,
      runs,
      steps: stepsOf(entry),
      subject: chartSubject(entry.runs[0]!.config),
    }))
    .sort((a, b) => Number(b.faint) - Number(a.faint));
  const [only] = others;
  const alone = !own && others.length === 1 && only!.runs.length === 1 ? only!.runs[0] : undefined;
  return { own, others, alone };
}

const stepsOf = ({ runs }: Entry) => Math.max(...runs.map(({ config }) => totalSteps(config)));

/**
 * The metrics that charts draw: those of the run in the worker, with the runs that lie over them. With nothing beside it a run
 * keeps all the lines of a chart.
 */
export function useOverlaid(
  metrics: MetricSource,
  steps: number,
): { readonly metrics: MetricSource; readonly steps: number } {
  const history = useHistory();
  const { view, curves } = usePacedView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: curves says when there is more to find
  return useMemo(() => {
    const longest = Math.max(view.own ? steps : 1, ...view.others.map((one) => one.steps));
    const series = view.alone === undefined ? undefined : history.seriesOf(view.alone);
    if (series) return { metrics: { ...sourceOfSeries(series), subject: view.others[0]!.subject }, steps: longest };
    if (view.others.length === 0 && view.own) return { metrics, steps };
    const lines = (metric: string, feeds?: readonly string[]) => {
      if (!isMetric(metric)) return [];
      const shown = view.others.filter((one) => !feeds || one.subject.feeds.some((feed) => feeds.includes(feed)));
      return shown.flatMap((one) => lineOf(history, one, metric) ?? []);
    };
    return { metrics: { ...metrics, overlay: { own: view.own, lines } }, steps: longest };
  }, [history, view, curves, metrics, steps]);
}

interface Seen {
  readonly view: View;
  readonly curves: number;
}

/** Eight runs come into seven charts in seven tasks, each chart in its own turn. */
function usePacedView(): Seen {
  const { store } = useHistory();
  return useInTurn(() => seenIn(store.getState()), { same: sameSeen, key: store });
}

const seenIn = (state: HistoryState): Seen => ({ view: viewOf(state), curves: state.curves });

const sameSeen = (a: Seen, b: Seen) => a.curves === b.curves && sameView(a.view, b.view);

function sameView(a: View, b: View): boolean {
  return a.alone === b.alone && sameOwn(a.own, b.own) && sameList(a.others, b.others, sameDrawn);
}

const sameOwn = (a: View["own"], b: View["own"]) => a?.label === b?.label && a?.tone === b?.tone;

function sameDrawn(a: Drawn, b: Drawn): boolean {
  const style = a.label === b.label && a.tone === b.tone && a.faint === b.faint;
  return style && a.steps === b.steps && sameList(a.runs, b.runs, (one, other) => one === other);
}

function sameList<X>(a: readonly X[], b: readonly X[], same: (one: X, other: X) => boolean): boolean {
  return a.length === b.length && a.every((one, i) => same(one, b[i]!));
}

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
