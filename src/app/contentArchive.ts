import { openDB } from "idb";

/** A store of things under their hashes: facts, which are listed, and contents, which lie apart. */
export interface ContentArchive<Facts, Content> {
  /** False where the store ends with the page. */
  readonly lasting: boolean;
  all(): Promise<readonly Facts[]>;
  content(hash: string): Promise<Content | undefined>;
  save(facts: Facts, content: Content): Promise<void>;
  remove(hash: string): Promise<void>;
}

/** How long a tab with another build may keep the database from this one. */
const BLOCKED_MS = 3000;

/**
 * A database of the browser's; memory where it cannot be had.
 * @param facts the name of the table of facts; @param content of that of contents
 */
export function openArchive<Facts extends { readonly hash: string }, Content>(
  name: string,
  facts: string,
  content: string,
): Promise<ContentArchive<Facts, Content>> {
  return new Promise((resolve) => {
    const inMemory = () => resolve(memoryArchive());
    const opening = () =>
      openDB(name, 1, {
        upgrade(fresh) {
          fresh.createObjectStore(facts, { keyPath: "hash" });
          fresh.createObjectStore(content);
        },
        blocked: () => void setTimeout(inMemory, BLOCKED_MS),
        // Another tab with a newer build waits for this one to let go.
        blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
      });
    // Where storage is blocked the very name of it throws.
    Promise.resolve()
      .then(opening)
      .then((database) => {
        const both = [facts, content];
        resolve({
          lasting: true,
          all: () => database.getAll(facts),
          content: (hash) => database.get(content, hash),
          async save(one, of) {
            const writing = database.transaction(both, "readwrite");
            await Promise.all([
              writing.objectStore(facts).put(one),
              writing.objectStore(content).put(of, one.hash),
              writing.done,
            ]);
          },
          async remove(hash) {
            const writing = database.transaction(both, "readwrite");
            await Promise.all([...both.map((table) => writing.objectStore(table).delete(hash)), writing.done]);
          },
        });
      }, inMemory);
  });
}

function memoryArchive<Facts extends { readonly hash: string }, Content>(): ContentArchive<Facts, Content> {
  const kept = new Map<string, readonly [Facts, Content]>();
  return {
    lasting: false,
    all: async () => [...kept.values()].map(([facts]) => facts),
    content: async (hash) => kept.get(hash)?.[1],
    async save(facts, content) {
      kept.set(facts.hash, [facts, content]);
    },
    async remove(hash) {
      kept.delete(hash);
    },
  };
}

/** What was kept, behind what was opened before it was read, and without what was removed meanwhile. */
export function withKept<Facts extends { readonly hash: string }>(
  opened: readonly Facts[],
  kept: readonly Facts[],
  removed: ReadonlySet<string>,
): readonly Facts[] {
  return [...opened, ...kept.filter(({ hash }) => !removed.has(hash) && !opened.some((one) => one.hash === hash))];
}
