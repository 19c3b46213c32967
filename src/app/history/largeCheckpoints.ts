/** Above this many bytes a checkpoint is a file of the browser's own file system: a database is slow with values of this size. */
const LARGE_BYTES = 16e6;
const FOLDER = "checkpoints";
const LOCK = "policy-lab-checkpoint-files";

/** A checkpoint as it lies in the database: its bytes, or the name of the file that holds them. */
export type StoredWeights = ArrayBuffer | FileName;
interface FileName {
  readonly file: string;
}

/** The part of the browser's file system (OPFS) that is used. */
export interface Folder {
  getFileHandle(name: string, options?: { create?: boolean }): Promise<Handle>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}
interface Handle {
  getFile(): Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>;
  createWritable(): Promise<{
    write(data: ArrayBuffer): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
}

/** Where large checkpoints lie, and from which size on; without a folder all lie in the database. */
export interface LargeFiles {
  readonly folder: Promise<Folder | undefined>;
  readonly largeBytes: number;
}

export const browserFiles = (): LargeFiles => ({
  folder: openFolder().catch(() => undefined),
  largeBytes: LARGE_BYTES,
});

/** Undefined where the browser has no such file system, or none that a page can write to. */
async function openFolder(): Promise<Folder | undefined> {
  if (typeof FileSystemFileHandle === "undefined" || !("createWritable" in FileSystemFileHandle.prototype))
    return undefined;
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** Checkpoints as they lie in the database, with the files of large ones. */
export interface LargeCheckpoints {
  /**
   * Stores bytes under a key: a large one is written to a file of its own first, and `commit` puts its name into the database.
   * What lay there until then goes last, so that whenever it is cut off the one or the other is there whole.
   * @param commit answers what the key held before, if it is asked to: it may be many bytes, and matters where a file has to go
   */
  store(
    key: string,
    bytes: ArrayBuffer | undefined,
    commit: (stored: StoredWeights | undefined, tellBefore: boolean) => Promise<StoredWeights | undefined>,
  ): Promise<void>;
  /** Undefined where nothing is stored, or its file is gone. */
  read(stored: StoredWeights | undefined): Promise<ArrayBuffer | undefined>;
  /** Removes the files of what is no longer in the database. */
  drop(stored: readonly (StoredWeights | undefined)[]): Promise<void>;
  /** Removes files that the database does not name: a page was closed between the two. Not while another tab writes one. */
  sweep(storedAt: (key: string) => Promise<StoredWeights | undefined>): Promise<void>;
}

/** Each file has a name of its own, which says the key that it belongs to. */
const nameOf = (key: string) => `${encodeURIComponent(key)}~${crypto.randomUUID()}`;
const keyOf = (name: string) => decodeURIComponent(name.split("~")[0]!);

/** Whether a file belongs to a key, or may. */
async function hasFile(folder: Folder, key: string): Promise<boolean> {
  try {
    for await (const name of folder.keys()) if (keyOf(name) === key) return true;
    return false;
  } catch {
    return true;
  }
}

export function largeCheckpoints({ folder: opening, largeBytes }: LargeFiles): LargeCheckpoints {
  /** Keys that were stored here, and whether a file is theirs: one tab at a time writes a run, and its checkpoints are alike in size. */
  const known = new Map<string, boolean>();
  // What cannot be removed now is removed with a later visit.
  const remove = (folder: Folder, name: string) => folder.removeEntry(name).catch(() => {});

  async function drop(stored: readonly (StoredWeights | undefined)[]): Promise<void> {
    const names = stored.flatMap((one) => (one && "file" in one ? [one.file] : []));
    const folder = names.length > 0 ? await opening : undefined;
    if (folder) await Promise.all(names.map((name) => remove(folder, name)));
  }

  return {
    drop,
    async store(key, bytes, commit) {
      const folder = await opening;
      const replaces = folder !== undefined && (known.get(key) ?? (await hasFile(folder, key)));
      if (!folder || !bytes || bytes.byteLength <= largeBytes) {
        await drop([await commit(bytes, replaces)]);
        known.set(key, false);
        return;
      }
      // Whether it comes to lie there or not.
      known.set(key, true);
      return locked({ mode: "shared" }, async () => {
        const file = nameOf(key);
        try {
          await write(folder, file, bytes);
          await drop([await commit({ file }, replaces)]);
        } catch (error) {
          await remove(folder, file);
          throw error;
        }
      });
    },
    async read(stored) {
      if (!stored || !("file" in stored)) return stored;
      const folder = await opening;
      const handle = await folder?.getFileHandle(stored.file).catch(() => undefined);
      return handle && (await handle.getFile()).arrayBuffer();
    },
    async sweep(storedAt) {
      const folder = await opening;
      if (!folder) return;
      await locked({ mode: "exclusive", ifAvailable: true }, async () => {
        for await (const name of folder.keys()) {
          const stored = await storedAt(keyOf(name));
          if (!stored || !("file" in stored) || stored.file !== name) await remove(folder, name);
        }
      });
    },
  };
}

/** Writes a file; until it is closed, the browser shows nothing of it. */
async function write(folder: Folder, name: string, bytes: ArrayBuffer): Promise<void> {
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  try {
    await writable.write(bytes);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {});
    throw error;
  }
}

/** Does some work under the lock of all tabs on the files; with `ifAvailable` not at all where another has it. */
async function locked(options: LockOptions, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  return locks.request(LOCK, options, (lock) => (lock ? work() : undefined));
}
