import type { Folder } from "./largeCheckpoints.ts";

/** A folder of the browser's file system, in memory: a file shows what was written once it is closed. */
export interface TestFolder extends Folder {
  readonly files: Map<string, ArrayBuffer>;
  /** Closing a file fails from now on, as where there is no room. */
  full: boolean;
}

export function testFolder(): TestFolder {
  const files = new Map<string, ArrayBuffer>();
  const notFound = () => new DOMException("no such file", "NotFoundError");
  const made: TestFolder = {
    files,
    full: false,
    async getFileHandle(name, { create = false } = {}) {
      if (!files.has(name) && !create) throw notFound();
      if (!files.has(name)) files.set(name, new ArrayBuffer(0));
      let written = new ArrayBuffer(0);
      return {
        getFile: async () => ({ arrayBuffer: async () => files.get(name)! }),
        createWritable: async () => ({
          async write(data) {
            written = data;
          },
          async close() {
            if (made.full) throw new DOMException("no room", "QuotaExceededError");
            files.set(name, written);
          },
          async abort() {},
        }),
      };
    },
    async removeEntry(name) {
      if (!files.delete(name)) throw notFound();
    },
    async *keys() {
      yield* [...files.keys()];
    },
  };
  return made;
}
