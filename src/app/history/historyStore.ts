import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunRecord, RunTone } from "../../lab/record/runRecord.ts";

/** What stands in the list and lies over the charts as one: a run, or one experiment under several seeds. */
export interface Entry {
  /** The run's, or the group's. */
  readonly id: string;
  readonly name: string;
  readonly tone: RunTone;
  readonly pinned: boolean;
  readonly seeds: boolean;
  /** In the order in which they were trained; at least one. */
  readonly runs: readonly RunRecord[];
}

/** Runs that were asked for together and are trained in turn. */
interface Plan {
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** Runs that are deleted in a moment. */
export interface Undo {
  readonly runs: readonly RunRecord[];
  readonly text: string;
}

/** A run that lost its device twice. */
interface RecoveryOffer {
  readonly id: string;
  readonly text: string;
}

/** A run, or a plan, that was cut off and can go on. */
export interface GoOn {
  /** The kept run; undefined where the plan was cut off between two. */
  readonly id: string | undefined;
  readonly text: string;
  /** What the button says. */
  readonly action: string;
}

export interface HistoryState {
  /** Pinned ones first, then the newest. */
  readonly records: readonly RunRecord[];
  /** The same as {@link Entry}s. */
  readonly entries: readonly Entry[];
  /** The archive has been read. */
  readonly loaded: boolean;
  /** False where runs are gone with the page. */
  readonly lasting: boolean;
  /** Entries that lie over the charts, by id. */
  readonly shown: readonly string[];
  /** The one entry that is drawn for now, whatever is shown. */
  readonly solo: string | undefined;
  /** The entry that others are compared with, drawn as a faint line behind. */
  readonly baseline: string | undefined;
  /** The run in the worker, once it is kept. */
  readonly live: string | undefined;
  /** Runs that another tab writes. */
  readonly elsewhere: readonly string[];
  readonly plan: Plan | undefined;
  readonly undo: Undo | undefined;
  readonly recovery: RecoveryOffer | undefined;
  readonly goOn: GoOn | undefined;
  /** Counts up when curves have come that were not there before. */
  readonly curves: number;
  /** Counts up when tokens of a past run have come. */
  readonly tokens: number;
}

export type HistoryStore = StoreApi<HistoryState>;

export function createHistoryStore(view: Pick<HistoryState, "shown" | "solo" | "baseline">): HistoryStore {
  return createStore<HistoryState>(() => ({
    records: [],
    entries: [],
    loaded: false,
    lasting: true,
    live: undefined,
    elsewhere: [],
    plan: undefined,
    undo: undefined,
    recovery: undefined,
    goOn: undefined,
    curves: 0,
    tokens: 0,
    ...view,
  }));
}

/** Records in the order of the list, and what follows from them. An entry none of whose runs has changed is the same one again. */
export function withRecords(
  records: readonly RunRecord[],
  before: readonly Entry[] = [],
): Pick<HistoryState, "records" | "entries"> {
  const sorted = [...records].sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.created - a.created);
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const entries = entriesOf(sorted).map((entry) => {
    const same = known.get(entry.id);
    return same && sameRuns(same, entry) ? same : entry;
  });
  return { records: sorted, entries };
}

const sameRuns = (a: Entry, b: Entry) => a.runs.length === b.runs.length && a.runs.every((run, i) => run === b.runs[i]);

function entriesOf(records: readonly RunRecord[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const run of records) {
    const { group } = run;
    const seeds = group?.kind === "seeds";
    const id = seeds ? group.id : run.id;
    const before = entries.get(id);
    const runs = [run, ...(before?.runs ?? [])];
    const { name, tone, pinned } = run;
    entries.set(id, { id, name: seeds ? group.name : name, tone, pinned, seeds, runs });
  }
  return [...entries.values()];
}

export const entryOf = ({ entries }: Pick<HistoryState, "entries">, id: string | undefined): Entry | undefined =>
  entries.find((entry) => entry.id === id || entry.runs.some((run) => run.id === id));

/** What the charts draw beside the run in the worker, in the order of the list. */
export function entriesInView({ entries, shown, solo, baseline }: HistoryState): readonly Entry[] {
  if (solo !== undefined) return entries.filter(({ id }) => id === solo);
  return entries.filter(({ id }) => shown.includes(id) || id === baseline);
}
