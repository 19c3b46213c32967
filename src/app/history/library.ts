import { FileError } from "../../lab/record/fileSchema.ts";
import { MetricTable, type TablePart } from "../../lab/record/metricTable.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { bounded, type TokenRecord, tokenBytes } from "../../lab/record/tokenRecord.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { Archive } from "./archive.ts";
import { type HistoryStore, withRecords } from "./historyStore.ts";
import { type FreshCheckpoint, type KeptCheckpoint, marksOf, readWhole } from "./keptCheckpoint.ts";
import { type Estimate, quotaText, RESERVE_BYTES, toDrop, tokensToDrop } from "./quota.ts";

/** The records on the page and in the archive, kept the same. Changes show at once and are written one after another. */
export interface Library {
  readonly store: HistoryStore;
  /** When the archive has been read. */
  readonly ready: Promise<void>;
  find(id: string | undefined): RunRecord | undefined;
  add(record: RunRecord, part?: TablePart): void;
  /** Changes a record, unless it is deleted; what its columns have grown by is written too. */
  patch(id: string, changes: Partial<RunRecord>, part?: TablePart): void;
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
  /** Keeps a checkpoint, with what its columns have grown by; the one before it until this one has been read back whole. */
  saveCheckpoint(id: string, fresh: FreshCheckpoint, part: TablePart | undefined): Promise<void>;
  tokens(id: string): Promise<TokenRecord | undefined>;
  /** Keeps as much of a run's tokens as one run may have. */
  saveTokens(id: string, tokens: TokenRecord): Promise<void>;
  /** When everything so far has been written. */
  settled(): Promise<void>;
}

export function createLibrary(
  store: HistoryStore,
  notices: NoticeStore,
  opening: Promise<Archive>,
  estimate: Estimate,
): Library {
  let writing: Promise<void> = Promise.resolve();

  const records = () => store.getState().records;
  const setRecords = (next: readonly RunRecord[]) => store.setState(({ entries }) => withRecords(next, entries));
  const find = (id: string | undefined) => records().find((record) => record.id === id);

  /** One write after another, so that an older one never lands on a newer. */
  function write(work: (archive: Archive) => Promise<void>): Promise<void> {
    writing = writing
      .then(async () => work(await opening))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
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

  function patch(id: string, changes: Partial<RunRecord>, part?: TablePart): void {
    const now = touch(id, changes);
    if (now) save(now, part);
  }

  /** Stores a record. A damaged one is a stand-in: what is stored of it stays as it is. */
  function save(record: RunRecord, part?: TablePart): void {
    if (record.phase !== "damaged") void write((archive) => archive.save(record, part));
  }

  /** Notes on a record what cannot be read of it. */
  function damaged(id: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    touch(id, { damage: error.message });
  }

  async function freeSpace(archive: Archive, bytes: number, keeping: string): Promise<void> {
    const said = await estimate();
    if (!said) return;
    const free = said.quota - said.usage;
    const dropped = toDrop(records(), free, bytes, keeping);
    for (const { id } of dropped) {
      await archive.dropWeights(id);
      const now = touch(id, { checkpoint: undefined, older: undefined, checkpointDropped: true });
      if (now) await archive.save(now);
    }
    const freed = dropped.reduce((sum, { checkpoint }) => sum + checkpoint!.bytes, 0);
    const silent = tokensToDrop(records(), free + freed, bytes, keeping);
    for (const { id } of silent) {
      await archive.dropTokens(id);
      const now = touch(id, { tokens: undefined });
      if (now) await archive.save(now);
    }
    if (dropped.length > 0 || silent.length > 0 || free - bytes < RESERVE_BYTES) {
      notices.say("runs", [quotaText(dropped, free, silent)]);
    }
  }

  const ready = opening.then(async (archive) => {
    const kept = await archive.records();
    for (const { id } of kept.filter(({ deleted }) => deleted)) await archive.remove(id);
    const known = new Set(records().map(({ id }) => id));
    setRecords([...records(), ...kept.filter(({ id, deleted }) => !deleted && !known.has(id))]);
    store.setState({ loaded: true, lasting: archive.lasting });
  });

  return {
    store,
    ready,
    find,
    touch,
    patch,
    add(record, part) {
      setRecords([record, ...records()]);
      void write((archive) => archive.save(record, part));
    },
    hide(ids) {
      const hidden = records().filter(({ id }) => ids.includes(id));
      setRecords(records().filter(({ id }) => !ids.includes(id)));
      // Should the page be closed before the time is up, the next visit finishes the job.
      for (const record of hidden) save({ ...record, deleted: true });
      return hidden;
    },
    restore(back) {
      setRecords([...records(), ...back]);
      for (const record of back) save(record);
    },
    forget(ids) {
      for (const id of ids) void write((archive) => archive.remove(id));
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
      if (kept?.stored === record.checkpoint) return kept;
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
        if (!find(id)) return;
        await freeSpace(archive, fresh.bytes.byteLength, id);
        const before = find(id);
        if (!before) return;
        const marks = marksOf(before, fresh);
        const { checkpoint, older } = marks;
        const slot = checkpoint.slot ?? 0;
        await archive.save({ ...before, ...marks }, part, { slot, bytes: fresh.bytes });
        const now = touch(id, marks);
        if (!now || !older) return;
        const kept = await readWhole(archive, { ...now, older: undefined });
        if (!kept) throw new Error("its newest checkpoint could not be read back whole, so the one before it stays");
        const alone = touch(id, { older: undefined });
        if (alone) await archive.save(alone, undefined, { slot: older.slot ?? 0, bytes: undefined });
      });
    },
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
        if (!before) return;
        await freeSpace(archive, Math.max(0, bytes - (before.tokens?.bytes ?? 0)), id);
        await archive.saveTokens(id, kept);
        const now = touch(id, { tokens: { steps: kept.steps.length, bytes } });
        if (now) await archive.save(now);
      });
    },
    settled: () => writing,
  };
}
