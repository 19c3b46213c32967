import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { MetricTable, type TablePart, type TableRows } from "../../lab/record/metricTable.ts";
import { type PackedTokens, packed } from "../../lab/record/packedTokens.ts";
import type { RunRecord, Slot } from "../../lab/record/runRecord.ts";
import { fromStored, type StoredRecord, storedRows, storedTokens, toStored } from "../../lab/record/storedRecord.ts";
import type { TokenRecord } from "../../lab/record/tokenRecord.ts";
import {
  browserFiles,
  type LargeCheckpoints,
  type LargeFiles,
  largeCheckpoints,
  type StoredWeights,
} from "./largeCheckpoints.ts";

/** The store of runs. Curves and weights lie apart from the records, so that a list of hundreds is read at once. */
export interface Archive {
  /** False where the store ends with the page. */
  readonly lasting: boolean;
  /** Why it ends with the page, in one sentence with what to do; undefined where it lasts. */
  readonly trouble?: string;
  /** All records, damaged ones among them. */
  records(): Promise<RunRecord[]>;
  record(id: string): Promise<RunRecord | undefined>;
  /**
   * Stores the record; with `part` its table too, which ends with the part's last row from then on; with `checkpoint` that too.
   * All of it or nothing.
   */
  save(record: RunRecord, part?: TablePart, checkpoint?: SlotChange): Promise<void>;
  /** @throws {FileError} where what is stored is no table. */
  table(id: string): Promise<MetricTable>;
  /** A checkpoint file, or one of weights alone, from one of a run's two slots. */
  weights(id: string, slot?: Slot): Promise<ArrayBuffer | undefined>;
  /** Empties both slots. */
  dropWeights(id: string): Promise<void>;
  /** @throws {FileError} where what is stored is no record of tokens. */
  tokens(id: string): Promise<TokenRecord | undefined>;
  saveTokens(id: string, tokens: TokenRecord): Promise<void>;
  dropTokens(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What is to lie in a slot from now on; without bytes nothing. */
export interface SlotChange {
  readonly slot: Slot;
  readonly bytes: ArrayBuffer | undefined;
}

interface Tables extends DBSchema {
  records: { key: string; value: StoredRecord };
  columns: { key: string; value: TableRows };
  weights: { key: string; value: StoredWeights };
  tokens: { key: string; value: PackedTokens };
}

const NAME = "policy-lab";
const VERSION = 2;
const TABLES = ["records", "columns", "weights", "tokens"] as const;

/** How long a tab with an older build may keep the database from this one. */
const BLOCKED_MS = 3000;
const IN_MEMORY = "Until then runs are kept in memory, as long as this page is open: export what you need.";

/** The browser's own database, with files for large checkpoints; where it cannot be had, memory, with the reason. */
export function openArchive(files: LargeFiles = browserFiles()): Promise<Archive> {
  let inTime = true;
  return new Promise((resolve) => {
    const inMemory = (trouble: string) => resolve(memoryArchive(trouble));
    const opening = () =>
      openDB<Tables>(NAME, VERSION, {
        upgrade(fresh, before) {
          if (before < 1) {
            fresh.createObjectStore("records", { keyPath: "id" });
            fresh.createObjectStore("columns");
            fresh.createObjectStore("weights");
          }
          fresh.createObjectStore("tokens");
        },
        blocked() {
          setTimeout(() => {
            inTime = false;
            inMemory(`Another tab holds the runs with an older build: close it and load this page again. ${IN_MEMORY}`);
          }, BLOCKED_MS);
        },
        // Another tab with a newer build waits for this one to let go.
        blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
      });
    // Where storage is blocked the very name of it throws.
    Promise.resolve()
      .then(opening)
      .then(
        (database) => (inTime ? resolve(databaseArchive(database, largeCheckpoints(files))) : database.close()),
        (error: unknown) => {
          const newer = error instanceof DOMException && error.name === "VersionError";
          inMemory(
            newer
              ? `The runs in this browser were written by a newer build: load this page again to get it. ${IN_MEMORY}`
              : "This browser keeps nothing for this page: runs are there as long as it is open, so export what you need.",
          );
        },
      );
  });
}

function databaseArchive(database: IDBPDatabase<Tables>, large: LargeCheckpoints): Archive {
  void large.sweep((key) => database.get("weights", key)).catch(() => {});
  const slotsOf = (id: string) => database.getAll("weights", partsFrom(id, 0)).catch(() => []);

  return {
    lasting: true,
    async records() {
      const keys = await database.getAllKeys("records");
      try {
        const stored = await database.getAll("records");
        return stored.map((record, n) => fromStored(record, String(keys[n])));
      } catch {
        // One value that the browser cannot read fails them all: each by itself, so that it alone is missing.
        const unreadable = (error: unknown) => ({ unreadable: String(error) });
        return Promise.all(
          keys.map(async (key) => fromStored(await database.get("records", key).catch(unreadable), String(key))),
        );
      }
    },
    async record(id) {
      const stored = await database.get("records", id);
      return stored && fromStored(stored, id);
    },
    async save(record, part, checkpoint) {
      if (!checkpoint) return void (await put(database, record, part));
      const key = slotKey(record.id, checkpoint.slot);
      await large.store(key, checkpoint.bytes, (...now) => put(database, record, part, key, ...now));
    },
    async table(id) {
      const reading = database.transaction("columns");
      const [keys, parts] = await Promise.all([
        reading.store.getAllKeys(partsFrom(id, 0)),
        reading.store.getAll(partsFrom(id, 0)),
      ]);
      return MetricTable.joined(parts.map((part, n) => ({ at: rowOf(keys[n]!), ...storedRows(part) })));
    },
    weights: async (id, slot = 0) => large.read(await database.get("weights", slotKey(id, slot))),
    async dropWeights(id) {
      const slots = await slotsOf(id);
      await database.delete("weights", partsFrom(id, 0));
      await large.drop(slots);
    },
    async tokens(id) {
      const stored = await database.get("tokens", id);
      return stored && storedTokens(stored);
    },
    async saveTokens(id, tokens) {
      await database.put("tokens", packed(tokens), id);
    },
    dropTokens: (id) => database.delete("tokens", id),
    async remove(id) {
      const slots = await slotsOf(id);
      const writing = database.transaction(TABLES, "readwrite");
      const parts = ["columns", "weights"];
      const where = (table: (typeof TABLES)[number]) => (parts.includes(table) ? partsFrom(id, 0) : id);
      await Promise.all([...TABLES.map((table) => writing.objectStore(table).delete(where(table))), writing.done]);
      await large.drop(slots);
    },
  };
}

/** Writes a record, a part of its table and the slot of a key in one transaction. @returns what the slot held before, where that is asked for */
async function put(
  database: IDBPDatabase<Tables>,
  record: RunRecord,
  part?: TablePart,
  key?: string,
  stored?: StoredWeights,
  tellBefore = false,
): Promise<StoredWeights | undefined> {
  const tables = key ? (["records", "columns", "weights"] as const) : (["records", "columns"] as const);
  const writing = database.transaction(tables as ["records", "columns", "weights"], "readwrite");
  const columns = writing.objectStore("columns");
  const weights = key ? writing.objectStore("weights") : undefined;
  const [before] = await Promise.all([
    key && tellBefore ? weights?.get(key) : undefined,
    writing.objectStore("records").put(toStored(record)),
    part && columns.delete(partsFrom(record.id, part.at)),
    part && columns.put({ steps: part.steps, metrics: part.metrics }, partKey(record.id, part.at)),
    key && (stored ? weights?.put(stored, key) : weights?.delete(key)),
    writing.done,
  ]);
  return before;
}

/** A run's checkpoints lie in two slots: the newer of two may be damaged, so the older one waits until it was read back. */
const slotKey = (id: string, slot: Slot) => (slot === 0 ? id : `${id}#${slot}`);

/** A run's columns lie in parts: the first under its id, each of the others under the id and its first row. */
const partKey = (id: string, at: number) => (at === 0 ? id : `${id}#${String(at).padStart(9, "0")}`);
const rowOf = (key: string) => Number(key.split("#")[1] ?? 0);
const partsFrom = (id: string, at: number) => IDBKeyRange.bound(partKey(id, at), `${id}#~`);

export function memoryArchive(trouble?: string): Archive {
  const records = new Map<string, RunRecord>();
  const columns = new Map<string, readonly TablePart[]>();
  const weights = new Map<string, ArrayBuffer>();
  const drop = (id: string) => ([0, 1] as const).map((slot) => weights.delete(slotKey(id, slot)));
  const rows = new Map<string, TokenRecord>();
  return {
    lasting: false,
    ...(trouble !== undefined && { trouble }),
    records: async () => [...records.values()],
    record: async (id) => records.get(id),
    async save(record, part, checkpoint) {
      records.set(record.id, record);
      // A copy, as a database keeps: the worker writes the next one into the same bytes.
      if (checkpoint?.bytes) weights.set(slotKey(record.id, checkpoint.slot), checkpoint.bytes.slice(0));
      else if (checkpoint) weights.delete(slotKey(record.id, checkpoint.slot));
      const before = columns.get(record.id)?.filter(({ at }) => part && at < part.at) ?? [];
      if (part) columns.set(record.id, [...before, part]);
    },
    table: async (id) => MetricTable.joined(columns.get(id) ?? []),
    weights: async (id, slot = 0) => weights.get(slotKey(id, slot)),
    async dropWeights(id) {
      drop(id);
    },
    tokens: async (id) => rows.get(id),
    async saveTokens(id, tokens) {
      rows.set(id, tokens);
    },
    async dropTokens(id) {
      rows.delete(id);
    },
    async remove(id) {
      for (const table of [records, columns, rows]) table.delete(id);
      drop(id);
    },
  };
}
