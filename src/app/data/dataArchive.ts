import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { DataRow } from "../../lab/tasks/dataRow.ts";
import type { DataFacts } from "../../lab/tasks/dataSet.ts";

/** A data set as the page knows it. */
export interface KeptData {
  readonly hash: string;
  /** The file's name. */
  readonly name: string;
  readonly facts: DataFacts;
  readonly sample: readonly DataRow[];
}

/** The store of data sets, each under its hash; lines lie apart. */
export interface DataArchive {
  sets(): Promise<readonly KeptData[]>;
  lines(hash: string): Promise<ArrayBuffer | undefined>;
  save(data: KeptData, lines: ArrayBuffer): Promise<void>;
  remove(hash: string): Promise<void>;
}

interface Tables extends DBSchema {
  sets: { key: string; value: KeptData };
  lines: { key: string; value: ArrayBuffer };
}

/** The browser's own database; memory where it is closed. */
export async function openDataArchive(): Promise<DataArchive> {
  try {
    return databaseArchive(
      await openDB<Tables>("policy-lab-data", 1, {
        upgrade(fresh) {
          fresh.createObjectStore("sets", { keyPath: "hash" });
          fresh.createObjectStore("lines");
        },
      }),
    );
  } catch {
    return memoryDataArchive();
  }
}

function databaseArchive(database: IDBPDatabase<Tables>): DataArchive {
  return {
    sets: () => database.getAll("sets"),
    lines: (hash) => database.get("lines", hash),
    async save(data, lines) {
      const writing = database.transaction(["sets", "lines"], "readwrite");
      await Promise.all([
        writing.objectStore("sets").put(data),
        writing.objectStore("lines").put(lines, data.hash),
        writing.done,
      ]);
    },
    async remove(hash) {
      const writing = database.transaction(["sets", "lines"], "readwrite");
      await Promise.all([
        writing.objectStore("sets").delete(hash),
        writing.objectStore("lines").delete(hash),
        writing.done,
      ]);
    },
  };
}

function memoryDataArchive(): DataArchive {
  const sets = new Map<string, KeptData>();
  const all = new Map<string, ArrayBuffer>();
  return {
    sets: async () => [...sets.values()],
    lines: async (hash) => all.get(hash),
    async save(data, lines) {
      sets.set(data.hash, data);
      all.set(data.hash, lines);
    },
    async remove(hash) {
      sets.delete(hash);
      all.delete(hash);
    },
  };
}
