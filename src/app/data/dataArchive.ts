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
  /** False where the store ends with the page. */
  readonly lasting: boolean;
  sets(): Promise<readonly KeptData[]>;
  lines(hash: string): Promise<ArrayBuffer | undefined>;
  save(data: KeptData, lines: ArrayBuffer): Promise<void>;
  remove(hash: string): Promise<void>;
}

interface Tables extends DBSchema {
  sets: { key: string; value: KeptData };
  lines: { key: string; value: ArrayBuffer };
}

/** How long a tab with another build may keep the database from this one. */
const BLOCKED_MS = 3000;

/** The browser's own database; memory where it cannot be had. */
export function openDataArchive(): Promise<DataArchive> {
  return new Promise((resolve) => {
    const inMemory = () => resolve(memoryDataArchive());
    const opening = () =>
      openDB<Tables>("policy-lab-data", 1, {
        upgrade(fresh) {
          fresh.createObjectStore("sets", { keyPath: "hash" });
          fresh.createObjectStore("lines");
        },
        blocked: () => void setTimeout(inMemory, BLOCKED_MS),
        // Another tab with a newer build waits for this one to let go.
        blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
      });
    // Where storage is blocked the very name of it throws.
    Promise.resolve()
      .then(opening)
      .then((database) => resolve(databaseArchive(database)), inMemory);
  });
}

function databaseArchive(database: IDBPDatabase<Tables>): DataArchive {
  return {
    lasting: true,
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
    lasting: false,
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
