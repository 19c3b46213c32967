import { createStore, type StoreApi } from "zustand/vanilla";
import { packData, unpackedLines } from "../../lab/data/packedData.ts";
import type { ReadFile } from "../../lab/data/reader.ts";
import type { SentData } from "../../lab/data/sentData.ts";
import { dataSetFromLines } from "../../lab/data/storedLines.ts";
import { DataError } from "../../lab/tasks/dataError.ts";
import { dataTaskId, hashInTaskId } from "../../lab/tasks/dataTask.ts";
import { forgetData, knowData } from "../../lab/tasks/index.ts";
import { withKept } from "../contentArchive.ts";
import { createForgetting, type Forgetting } from "../forgetting.ts";
import type { NoticeStore } from "../noticeStore.ts";
import { type DataArchive, type KeptData, openDataArchive } from "./dataArchive.ts";
import { type OtherTabs, otherTabs } from "./otherTabs.ts";

/** The data sets of this browser. */
export interface DataLibrary extends Forgetting {
  readonly store: StoreApi<DataState>;
  /** When the kept sets are known. */
  readonly ready: Promise<void>;
  /** What a worker must have of a set; undefined while the lines are not here. */
  sent(hash: string): SentData | undefined;
  /** Fetches the lines of a set, if they are kept. @returns whether they are here now. */
  load(hash: string): Promise<boolean>;
  /** Whether a set is in the list. */
  lists(hash: string): boolean;
  /** Keeps what was read of a file; that it lasts no longer than the page is said. @returns the id of its task. */
  keep(name: string, read: Pick<ReadFile, "hash" | "facts" | "sample" | "lines" | "inTokens">): Promise<string>;
  /** Keeps the rows that a link carries. @returns false where they are not those of this task */
  keepPacked(task: string, text: string): Promise<boolean>;
  /** Takes a set away at once, and for good. */
  remove(hash: string): Promise<void>;
}

interface DataState {
  readonly sets: readonly KeptData[];
  /** The one that is gone in a moment. */
  readonly undo?: KeptData | undefined;
  /** A file that was dropped anywhere and is to be read. */
  readonly dropped?: File | undefined;
}

/** Of a set that could not be stored. */
const LEFT = "could not be kept in this browser: it is here as long as this page is open, so keep its file.";

/** Rows that the page itself keeps of a link's set. */
const SAMPLE = 64;

/** The page's own task of a set knows its facts and first rows; the worker's has all of them. */
function know({ hash, name, facts, sample }: KeptData): string {
  const splits = sample.map(({ split }) => split ?? ("train" as const));
  return knowData({ hash, facts, rows: sample, splits }, name).id;
}

/** What a link carries; undefined where that is no data set, or another task's. */
async function readPacked(
  task: string,
  text: string,
): Promise<Pick<ReadFile, "hash" | "facts" | "sample" | "lines"> | undefined> {
  try {
    const lines = await unpackedLines(text);
    const { hash, facts, rows } = await dataSetFromLines(lines);
    return hash === hashInTaskId(task) ? { hash, facts, sample: rows.slice(0, SAMPLE), lines } : undefined;
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** Whether the page knows the set from now on: what is stored of it may be damaged. */
function isKnown(data: KeptData): boolean {
  try {
    know(data);
    return true;
  } catch {
    return false;
  }
}

/** Those of the kept sets that the page can use; of the others it is said that there are some. */
async function wholeSets(archive: Promise<DataArchive>, notices: Pick<NoticeStore, "say">): Promise<KeptData[]> {
  const sets = await (await archive).all().catch(() => []);
  const whole = sets.filter(isKnown);
  const left = sets.length - whole.length;
  if (left > 0)
    notices.say("data", [`${left} of the data sets in this browser are damaged and left out: open their files again.`]);
  return whole;
}

/** Stores a set. @returns whether it is there after the page is closed too */
async function lasts(archive: DataArchive, data: KeptData, lines: Blob): Promise<boolean> {
  try {
    await archive.save(data, lines);
    return archive.lasting;
  } catch {
    return false;
  }
}

/** The stored lines of a set, ready to travel in a link; undefined where they are not kept. */
async function keptLines(archive: DataArchive, hash: string): Promise<Blob | undefined> {
  const kept = await archive.content(hash).catch(() => undefined);
  const lines = kept && (kept instanceof ArrayBuffer ? new Blob([kept]) : kept);
  if (lines) await packData(hash, lines).catch(() => undefined);
  return lines;
}

interface Removable {
  readonly store: StoreApi<DataState>;
  readonly here: Map<string, Blob>;
  /** Hashes of what is not to come back from the archive. */
  readonly removed: Set<string>;
  readonly archive: Promise<DataArchive>;
  readonly tabs: OtherTabs;
}

/** Takes sets away, here and from the lists of other tabs. */
function createRemoval({ store, here, removed, archive, tabs }: Removable): Pick<DataLibrary, "remove"> & Forgetting {
  /** Lists a set no more. Its lines stay where they are here: a run may be at work on them. */
  function gone(hash: string): void {
    removed.add(hash);
    if (!here.has(hash)) forgetData(hash);
    store.setState(({ sets }) => ({ sets: sets.filter((data) => data.hash !== hash) }));
  }

  async function remove(hash: string): Promise<void> {
    here.delete(hash);
    gone(hash);
    await (await archive).remove(hash).catch(() => undefined);
    tabs.removed(hash);
  }

  tabs.listen(gone);
  const listed = {
    all: () => store.getState().sets,
    list: (next: (sets: readonly KeptData[]) => readonly KeptData[]) =>
      store.setState(({ sets }) => ({ sets: next(sets) })),
    waiting: { get: () => store.getState().undo, set: (undo?: KeptData) => store.setState({ undo }) },
  };
  return { remove, ...createForgetting(listed, remove) };
}

export function createDataLibrary(
  notices: Pick<NoticeStore, "say">,
  archive: Promise<DataArchive> = openDataArchive(),
  tabs: OtherTabs = otherTabs(),
): DataLibrary {
  const store = createStore<DataState>(() => ({ sets: [] }));
  const here = new Map<string, Blob>();
  const removed = new Set<string>();
  const ready = wholeSets(archive, notices).then((kept) =>
    store.setState(({ sets }) => ({ sets: withKept(sets, kept, removed) })),
  );

  const removal = createRemoval({ store, here, removed, archive, tabs });

  /** As {@link lasts}. */
  async function save({ hash, name, facts, sample, inTokens }: KeptData, lines: Blob): Promise<boolean> {
    const { model, limits } = inTokens ?? {};
    const data = { hash, name, facts, sample, ...(model && limits && { inTokens: { model, limits } }) };
    if (store.getState().undo?.hash === hash) removal.undo();
    here.set(hash, lines);
    removed.delete(hash);
    store.setState(({ sets }) => ({ sets: [data, ...sets.filter((one) => one.hash !== hash)] }));
    know(data);
    await packData(hash, lines).catch(() => undefined);
    return lasts(await archive, data, lines);
  }

  return {
    store,
    ready,
    lists: (hash) => store.getState().sets.some((data) => data.hash === hash),
    sent(hash) {
      const lines = here.get(hash);
      const { name = hash, inTokens } = store.getState().sets.find((data) => data.hash === hash) ?? {};
      return lines && { task: dataTaskId(hash), name, lines, inTokens };
    },
    async load(hash) {
      await ready;
      if (here.has(hash)) return true;
      const lines = await keptLines(await archive, hash);
      // It may have been removed while it was on its way.
      if (!lines || removed.has(hash)) return false;
      here.set(hash, lines);
      return true;
    },
    async keepPacked(task, text) {
      const read = await readPacked(task, text);
      // Where they do not last, the link still has them.
      if (read) await save({ ...read, name: "rows of a link" }, read.lines);
      return read !== undefined;
    },
    async keep(name, read) {
      notices.say("data", (await save({ ...read, name }, read.lines)) ? [] : [`“${name}” ${LEFT}`]);
      return dataTaskId(read.hash);
    },
    ...removal,
  };
}
