import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Columns, type Growth, joined } from "../../lab/record/metricTable.ts";
import { type PackedTokens, packed, unpacked } from "../../lab/record/packedTokens.ts";
import { fromStored, type RunRecord, type StoredRecord, toStored } from "../../lab/record/runRecord.ts";
import type { TokenRecord } from "../../lab/record/tokenRecord.ts";

/** Where runs are kept. Curves and weights lie apart from the records, so that a list of hundreds is read at once. */
export interface Archive {
  /** False where nothing outlives the page. */
  readonly lasting: boolean;
  records(): Promise<RunRecord[]>;
  /** Keeps the record; with `growth` its columns too, which end with the growth's last row from then on. */
  save(record: RunRecord, growth?: Growth): Promise<void>;
  columns(id: string): Promise<Columns>;
  /** A checkpoint file, or one of weights alone. */
  weights(id: string): Promise<ArrayBuffer | undefined>;
  saveWeights(id: string, bytes: ArrayBuffer): Promise<void>;
  dropWeights(id: string): Promise<void>;
  tokens(id: string): Promise<TokenRecord | undefined>;
  saveTokens(id: string, tokens: TokenRecord): Promise<void>;
  dropTokens(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

interface Tables extends DBSchema {
  records: { key: string; value: StoredRecord };
  columns: { key: string; value: Columns };
  weights: { key: string; value: ArrayBuffer };
  tokens: { key: string; value: PackedTokens };
}

const NAME = "policy-lab";
const VERSION = 2;
const TABLES = ["records", "columns", "weights", "tokens"] as const;

/** The browser's own database; where it is closed (a private window, a sandboxed frame), memory. */
export async function openArchive(): Promise<Archive> {
  try {
    const database = await openDB<Tables>(NAME, VERSION, {
      upgrade(fresh, before) {
        if (before < 1) {
          fresh.createObjectStore("records", { keyPath: "id" });
          fresh.createObjectStore("columns");
          fresh.createObjectStore("weights");
        }
        fresh.createObjectStore("tokens");
      },
      // Another tab with a newer build waits for this one to let go.
      blocking: () => database.close(),
    });
    return databaseArchive(database);
  } catch {
    return memoryArchive();
  }
}

function databaseArchive(database: IDBPDatabase<Tables>): Archive {
  return {
    lasting: true,
    async records() {
      return (await database.getAll("records")).map(fromStored);
    },
    async save(record, growth) {
      const writing = database.transaction(["records", "columns"], "readwrite");
      const columns = writing.objectStore("columns");
      await Promise.all([
        writing.objectStore("records").put(toStored(record)),
        growth && columns.delete(partsFrom(record.id, growth.at)),
        growth && columns.put(growth.columns, partKey(record.id, growth.at)),
        writing.done,
      ]);
    },
    async columns(id) {
      const reading = database.transaction("columns");
      const [keys, parts] = await Promise.all([
        reading.store.getAllKeys(partsFrom(id, 0)),
        reading.store.getAll(partsFrom(id, 0)),
      ]);
      return joined(parts.map((columns, n) => ({ at: rowOf(keys[n]!), columns })));
    },
    weights: (id) => database.get("weights", id),
    async saveWeights(id, bytes) {
      await database.put("weights", bytes, id);
    },
    dropWeights: (id) => database.delete("weights", id),
    async tokens(id) {
      const kept = await database.get("tokens", id);
      return kept && unpacked(kept);
    },
    async saveTokens(id, tokens) {
      await database.put("tokens", packed(tokens), id);
    },
    dropTokens: (id) => database.delete("tokens", id),
    async remove(id) {
      const writing = database.transaction(TABLES, "readwrite");
      const where = (table: (typeof TABLES)[number]) => (table === "columns" ? partsFrom(id, 0) : id);
      await Promise.all([...TABLES.map((table) => writing.objectStore(table).delete(where(table))), writing.done]);
    },
  };
}

/** A run's columns lie in parts: the first under its id, each of the others under the id and its first row. */
const partKey = (id: string, at: number) => (at === 0 ? id : `${id}#${String(at).padStart(9, "0")}`);
const rowOf = (key: string) => Number(key.split("#")[1] ?? 0);
const partsFrom = (id: string, at: number) => IDBKeyRange.bound(partKey(id, at), `${id}#~`);

export function memoryArchive(): Archive {
  const records = new Map<string, RunRecord>();
  const columns = new Map<string, readonly Growth[]>();
  const weights = new Map<string, ArrayBuffer>();
  const rows = new Map<string, TokenRecord>();
  return {
    lasting: false,
    records: async () => [...records.values()],
    async save(record, growth) {
      records.set(record.id, record);
      const before = columns.get(record.id)?.filter(({ at }) => growth && at < growth.at) ?? [];
      if (growth) columns.set(record.id, [...before, growth]);
    },
    columns: async (id) => joined(columns.get(id) ?? []),
    weights: async (id) => weights.get(id),
    async saveWeights(id, bytes) {
      weights.set(id, bytes);
    },
    async dropWeights(id) {
      weights.delete(id);
    },
    tokens: async (id) => rows.get(id),
    async saveTokens(id, tokens) {
      rows.set(id, tokens);
    },
    async dropTokens(id) {
      rows.delete(id);
    },
    async remove(id) {
      for (const table of [records, columns, weights, rows]) table.delete(id);
    },
  };
}
