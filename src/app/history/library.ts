import { FileError } from "../../lab/record/fileSchema.ts";
import { MetricTable } from "../../lab/record/metricTable.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { bounded, type TokenRecord, tokenBytes } from "../../lab/record/tokenRecord.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { Archive, SlotChange } from "./archive.ts";
import { type HistoryStore, withRecords } from "./historyStore.ts";
import { type FreshCheckpoint, type KeptCheckpoint, marksOf, readWhole } from "./keptCheckpoint.ts";
import { type Estimate, quotaText, RESERVE_BYTES, toDrop, tokensToDrop } from "./quota.ts";
import type { GrowingPart } from "./tableGrowth.ts";
import type { Tabs } from "./tabs.ts";

/** The records on the page and in the archive, kept the same. Changes show at once and are written one after another. */
export interface Library {
  readonly store: HistoryStore;
  /** When the archive has been read. */
  readonly ready: Promise<void>;
  find(id: string | undefined): RunRecord | undefined;
  add(record: RunRecord, part?: GrowingPart): void;
  /** Changes a record, unless it is deleted; what its columns have grown by is written too. */
  patch(id: string, changes: Partial<RunRecord>, part?: GrowingPart): void;
  /** Changes what the page shows alone: the next patch writes it. */
  touch(id: string, changes: Partial<RunRecord>): void;
  /** Takes records out of the list; they are gone for good once {@link Library.forget} is called. */
  hide(ids: readonly string[]): readonly RunRecord[];
  restore(records: readonly RunRecord[]): void;
  forget(ids: readonly string[]): void;
  /** Empty where the stored one is damaged, which the record then says. */
  table(id: string): Promise<MetricTable>;
  /** The newest whole checkpoint. Where a newer one is damaged, or all are, the record says so from then on. */
  checkpoint(id: string): Promise<KeptCheckpoint | undefined>;
  /**
   * Keeps a checkpoint, with what its columns have grown by. The last one that is known to be whole stays beside it until this
   * one, or a later one, has been read back: every few seconds, and by {@link Library.confirm}.
   */
  saveCheckpoint(id: string, fresh: FreshCheckpoint, part: GrowingPart | undefined): Promise<void>;
  /** Reads a run's newest checkpoint back, and lets the older one go where it is whole. */
  confirm(id: string): Promise<void>;
  tokens(id: string): Promise<TokenRecord | undefined>;
  /** Keeps as much of a run's tokens as one run may have. */
  saveTokens(id: string, tokens: TokenRecord): Promise<void>;
  /** Makes a run that another tab writes one of this tab. */
  takeOver(id: string): Promise<void>;
  /** Lets other tabs change a run that is over, once everything so far has been written. */
  letGo(id: string): Promise<void>;
  dispose(): void;
  /** When everything so far has been written. */
  settled(): Promise<void>;
}

/** Why the browser does not store something; some of its errors say nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return String(error);
  if (error.name === "QuotaExceededError")
    return "there is no room left for this page, so delete runs that you no longer need";
  if (error.name === "InvalidStateError") return "a tab with another build has the runs, so load this page again";
  return error.message || error.name;
}

/** A checkpoint is read back this often: as long as that takes no other can be written. */
const CONFIRM_MS = 5000;

interface LibraryOptions {
  readonly estimate: Estimate;
  /** Asks the browser to keep what is stored when it runs out of room. */
  persist(): Promise<unknown>;
  /** Milliseconds of a clock that nobody sets. */
  elapsed(): number;
  readonly tabs: Tabs;
}

export function createLibrary(
  store: HistoryStore,
  notices: NoticeStore,
  opening: Promise<Archive>,
  { estimate, persist, elapsed, tabs }: LibraryOptions,
): Library {
  let writing: Promise<void> = Promise.resolve();
  /** Runs that another tab has taken from this one: it alone writes them now. */
  const taken = new Set<string>();
  /** Runs of this tab's worker that are over, and any tab's since. */
  const over = new Set<string>();
  /** When a checkpoint of a run was last read back. */
  const confirmed = new Map<string, number>();
  /** Bytes that may be written before the browser is asked for its room again. */
  let spare = 0;
  let low = false;
  let asked = false;

  const records = () => store.getState().records;
  const setRecords = (next: readonly RunRecord[]) => store.setState(({ entries }) => withRecords(next, entries));
  const find = (id: string | undefined) => records().find((record) => record.id === id);

  /** One write after another, so that an older one never lands on a newer. */
  function write(work: (archive: Archive) => Promise<void>): Promise<void> {
    writing = writing
      .then(async () => work(await opening))
      .catch((error: unknown) => {
        const why = reasonOf(error);
        notices.say("runs", [`A run could not be kept in this browser: ${why}. Export it before you close the page.`]);
      });
    return writing;
  }

  function touch(id: string, changes: Partial<RunRecord>): RunRecord | undefined {
    const before = find(id);
    if (!before) return undefined;
    const now = { ...before, ...changes };
    setRecords(records().map((record) => (record === before ? now : record)));
    return now;
  }

  function patch(id: string, changes: Partial<RunRecord>, part?: GrowingPart): void {
    const now = touch(id, changes);
    // As the record is when its turn comes: a checkpoint written meanwhile has moved its marks.
    if (now) save(now, part, () => find(id) ?? now);
  }

  /** Stores a record. A damaged one is a stand-in: what is stored of it stays as it is. */
  function save(record: RunRecord, part?: GrowingPart, newest = () => record): void {
    if (record.phase !== "damaged") void write((archive) => put(archive, newest(), part));
  }

  /** The one way into the archive: a run that another tab has taken is not written, and the others hear of what is. */
  async function put(archive: Archive, record: RunRecord, part?: GrowingPart, slot?: SlotChange): Promise<void> {
    if (taken.has(record.id)) return;
    await archive.save(record, part, slot);
    part?.written?.();
    tabs.tell({ type: "changed", id: record.id });
    if (asked) return;
    asked = true;
    // Browsers may refuse and say nothing about it, or ask first: nothing waits for the answer.
    void persist().catch(() => {});
  }

  /** Notes on a record what cannot be read of it. */
  function damaged(id: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    touch(id, { damage: error.message });
  }

  async function freeSpace(archive: Archive, bytes: number, keeping: string): Promise<void> {
    if (bytes < spare) {
      spare -= bytes;
      return;
    }
    const said = await estimate();
    if (!said) return;
    const free = said.quota - said.usage;
    spare = (free - 4 * RESERVE_BYTES) / 2;
    const dropped = toDrop(records(), free, bytes, keeping);
    for (const { id } of dropped) {
      await archive.dropWeights(id);
      const now = touch(id, { checkpoint: undefined, older: undefined, checkpointDropped: true });
      if (now) await put(archive, now);
    }
    const freed = dropped.reduce((sum, { checkpoint }) => sum + checkpoint!.bytes, 0);
    const silent = tokensToDrop(records(), free + freed, bytes, keeping);
    for (const { id } of silent) {
      await archive.dropTokens(id);
      const now = touch(id, { tokens: undefined });
      if (now) await put(archive, now);
    }
    const before = low;
    low = free - bytes < RESERVE_BYTES;
    // Said before there is none, and once: a checkpoint comes every few seconds.
    if (dropped.length > 0 || silent.length > 0 || (low && !before)) {
      notices.say("runs", [quotaText(dropped, free, silent)]);
    }
  }

  async function confirm(archive: Archive, id: string): Promise<void> {
    const record = find(id);
    if (!record?.older || taken.has(id)) return;
    const kept = await readWhole(archive, { ...record, older: undefined });
    if (!kept) throw new Error("its newest checkpoint could not be read back whole, so the one before it stays");
    confirmed.set(id, elapsed());
    const alone = touch(id, { older: undefined });
    if (alone) await put(archive, alone, undefined, { slot: record.older.slot ?? 0, bytes: undefined });
  }

  const ready = opening.then(async (archive) => {
    if (archive.trouble) notices.say("runs", [archive.trouble]);
    const kept = await archive.records().catch((error: unknown) => {
      notices.say("runs", [`The runs of this browser could not be read: ${reasonOf(error)}.`]);
      return [];
    });
    const known = new Set(records().map(({ id }) => id));
    setRecords([...records(), ...kept.filter(({ id, deleted }) => !deleted && !known.has(id))]);
    await tabs.ready;
    mark();
    store.setState({ loaded: true, lasting: archive.lasting });
    for (const { id } of kept.filter(({ deleted }) => deleted)) await finishDeletion(archive, id);
  });

  /** A deletion that a closed page left half done; not one that another tab may still take back. */
  async function finishDeletion(archive: Archive, id: string): Promise<void> {
    if (!(await tabs.hold(id))) return;
    // What cannot be removed now is not in the list, and is tried again with the next visit.
    await archive.remove(id).catch(() => {});
    tabs.release(id);
  }

  function mark(): void {
    const { elsewhere } = store.getState();
    const now = records().flatMap(({ id }) => (tabs.isElsewhere(id) ? [id] : []));
    if (now.join() !== elsewhere.join()) store.setState({ elsewhere: now });
  }

  /** The record of a run that another tab has written. */
  async function follow(id: string): Promise<void> {
    if (store.getState().live !== id || taken.has(id) || over.has(id)) await readAgain(id);
  }

  async function readAgain(id: string): Promise<void> {
    const fresh = await (await opening).record(id).catch(() => undefined);
    const others = records().filter((record) => record.id !== id);
    if (fresh && !fresh.deleted) setRecords([fresh, ...others]);
    else if (others.length < records().length) setRecords(others);
    mark();
  }

  const leaveTabs = tabs.listen({
    hear(message) {
      if (message.type === "changed") void follow(message.id);
      if (message.type === "patch" && store.getState().live === message.id) patch(message.id, message.changes);
    },
    taken: (id) => taken.add(id),
    moved: mark,
  });

  return {
    store,
    ready,
    find,
    touch,
    patch,
    add(record, part) {
      setRecords([record, ...records()]);
      void write((archive) => put(archive, record, part));
    },
    hide(ids) {
      const hidden = records().filter(({ id }) => ids.includes(id));
      setRecords(records().filter(({ id }) => !ids.includes(id)));
      // Should the page be closed before the time is up, the next visit finishes the job; until then no other tab does.
      for (const record of hidden) {
        void tabs.hold(record.id);
        save({ ...record, deleted: true });
      }
      return hidden;
    },
    restore(back) {
      setRecords([...records(), ...back]);
      for (const record of back) {
        save(record);
        tabs.release(record.id);
      }
    },
    forget(ids) {
      for (const id of ids)
        void write(async (archive) => {
          await archive.remove(id);
          tabs.release(id);
        });
    },
    async table(id) {
      await writing;
      return (await opening).table(id).catch((error) => {
        damaged(id, error);
        return new MetricTable();
      });
    },
    async checkpoint(id) {
      await writing;
      const record = find(id);
      if (!record?.checkpoint) return undefined;
      const kept = await readWhole(await opening, record);
      if (kept?.stored === record.checkpoint) {
        // What was just read whole is what the next one is written beside.
        if (record.older) touch(id, { older: undefined });
        return kept;
      }
      const { step } = record.checkpoint;
      const left = kept ? `so the one of step ${kept.stored.step} is used` : "so it has none to go on from";
      // The slot of the damaged one is the next to be written.
      touch(id, {
        checkpoint: kept?.stored,
        older: undefined,
        damage: `Its checkpoint of step ${step} must be as it was written, got another or none, ${left}.`,
      });
      return kept;
    },
    saveCheckpoint(id, fresh, part) {
      return write(async (archive) => {
        if (!find(id) || taken.has(id)) return;
        await freeSpace(archive, fresh.bytes.byteLength, id);
        const before = find(id);
        if (!before) return;
        const marks = marksOf(before, fresh);
        await put(archive, { ...before, ...marks }, part, { slot: marks.checkpoint.slot ?? 0, bytes: fresh.bytes });
        touch(id, marks);
        if (elapsed() - (confirmed.get(id) ?? Number.NEGATIVE_INFINITY) >= CONFIRM_MS) await confirm(archive, id);
      });
    },
    confirm: (id) => write((archive) => confirm(archive, id)),
    async tokens(id) {
      await writing;
      return (await opening).tokens(id).catch((error) => {
        damaged(id, error);
        return undefined;
      });
    },
    saveTokens(id, tokens) {
      const kept = bounded(tokens);
      const bytes = tokenBytes(kept);
      return write(async (archive) => {
        const before = find(id);
        if (!before || taken.has(id)) return;
        await freeSpace(archive, Math.max(0, bytes - (before.tokens?.bytes ?? 0)), id);
        await archive.saveTokens(id, kept);
        const now = touch(id, { tokens: { steps: kept.steps.length, bytes } });
        if (now) await put(archive, now);
      });
    },
    async takeOver(id) {
      const theirs = taken.delete(id) || tabs.isElsewhere(id);
      over.delete(id);
      await tabs.takeOver(id);
      // What the other tab wrote last may not have been heard yet.
      if (theirs) await readAgain(id);
    },
    async letGo(id) {
      await writing;
      over.add(id);
      tabs.release(id);
    },
    dispose: leaveTabs,
    settled: () => writing,
  };
}
