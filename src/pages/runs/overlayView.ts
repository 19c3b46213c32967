import { type Entry, entriesInView, entryOf, type HistoryState } from "../../app/history/historyStore.ts";
import type { ChartSubject } from "../../charts/metricSource.ts";
import type { Tone } from "../../charts/series/line.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { bordersOf, totalSteps } from "../../lab/experiment/phases.ts";
import { canBeBaseline, otherProblems, sameProblems } from "../../lab/record/comparable.ts";
import { freeName, freeTone, isLive, saysSettings } from "../../lab/record/runRecord.ts";
import { chartSubject } from "../shared/chartSubject.ts";

/** One line of every chart. */
export interface Drawn {
  readonly label: string;
  readonly tone: Tone;
  readonly faint: boolean;
  /** Several: mean and band. */
  readonly runs: readonly string[];
  readonly steps: number;
  readonly config: RunConfig;
  /** What of their settings matters to the charts. */
  readonly subject: ChartSubject;
}

/** The lines over the charts. Nothing is drawn again while they stay the same. */
export interface View {
  /** The run in the worker: its label and tone; undefined where it is not in view. */
  readonly own: { readonly label: string; readonly tone: Tone } | undefined;
  /** What lies behind first. */
  readonly others: readonly Drawn[];
  /** The only run in view, and it is at rest: its own metrics are all drawn. */
  readonly alone: string | undefined;
  /** What is asked for and not drawn, in a sentence: other problems have other numbers. */
  readonly apart: string | undefined;
}

/** @param about what the page is about: the run that is shown, or the experiment that Train would start. */
export function viewOf(state: HistoryState, about: RunConfig): View {
  const { live, solo, baseline } = state;
  // The newest lies on top.
  const asked = entriesInView(state).toSorted((a, b) => a.runs[0]!.created - b.runs[0]!.created);
  const mine = entryOf(state, live);
  // One seed of several is drawn by itself while it trains, and then joins the others.
  const joined = mine?.seeds === true && !mine.runs.some(({ id, phase }) => id === live && isLive(phase));
  const ownInView = joined ? false : solo === undefined ? !mine || asked.includes(mine) : solo === mine?.id;
  // Tokens of a run whose settings are not known say nothing of what the others must be alike to.
  const newest = ownInView ? undefined : asked.findLast(({ runs }) => saysSettings(runs[0]!));
  const base = newest?.runs[0]?.config ?? about;
  const alike = ({ runs }: Entry) => saysSettings(runs[0]!) && sameProblems(runs[0]!.config, base);
  const inView = !ownInView && asked.length === 1 ? asked : asked.filter(alike);
  const names = new Set<string>();
  const label = (wanted: string) => {
    const free = freeName(wanted, names);
    names.add(free);
    return free;
  };
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
      faint: entry.id === baseline && solo === undefined && entry.runs.every(canBeBaseline),
      runs,
      steps: stepsOf(entry),
      config: entry.runs[0]!.config,
      subject: chartSubject(entry.runs[0]!.config),
    }))
    .sort((a, b) => Number(b.faint) - Number(a.faint));
  const [only] = others;
  const alone = !own && others.length === 1 && only!.runs.length === 1 ? only!.runs[0] : undefined;
  return { own, others, alone, apart: apartText(asked, inView, base) };
}

const stepsOf = ({ runs }: Entry) => Math.max(...runs.map(({ config }) => totalSteps(config)));

/** So many names say enough. */
const NAMED = 3;

function apartText(asked: readonly Entry[], drawn: readonly Entry[], base: RunConfig): string | undefined {
  const apart = asked
    .filter((entry) => !drawn.includes(entry))
    .map(({ name, runs: [run] }) => {
      const other = saysSettings(run!) ? otherProblems(run!.config, base) : undefined;
      return `“${name}” (${other ?? "problems not known"})`;
    });
  if (apart.length === 0) return undefined;
  const more = apart.length > NAMED ? [`${apart.length - NAMED} more`] : [];
  return `Not drawn here, since their numbers mean something else: ${[...apart.slice(0, NAMED), ...more].join(", ")}.`;
}

/** The config whose phases every line goes through; undefined where they differ, or where nothing is drawn. */
export function sharedPhases({ own, others }: View, about: RunConfig): RunConfig | undefined {
  const configs = [...(own ? [about] : []), ...others.map(({ config }) => config)];
  const key = (config: RunConfig) => JSON.stringify(bordersOf(config));
  const [first] = configs;
  return first && configs.every((one) => key(one) === key(first)) ? first : undefined;
}

export function sameView(a: View, b: View): boolean {
  return a.alone === b.alone && a.apart === b.apart && sameOwn(a.own, b.own) && sameList(a.others, b.others, sameDrawn);
}

const sameOwn = (a: View["own"], b: View["own"]) => a?.label === b?.label && a?.tone === b?.tone;

function sameDrawn(a: Drawn, b: Drawn): boolean {
  const style = a.label === b.label && a.tone === b.tone && a.faint === b.faint;
  return style && a.steps === b.steps && sameList(a.runs, b.runs, (one, other) => one === other);
}

function sameList<X>(a: readonly X[], b: readonly X[], same: (one: X, other: X) => boolean): boolean {
  return a.length === b.length && a.every((one, i) => same(one, b[i]!));
}
