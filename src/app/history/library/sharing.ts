import type { RunRecord } from "../../../lab/record/runRecord.ts";
import type { Archive } from "../archive.ts";
import type { HistoryStore } from "../historyStore.ts";
import type { Tabs } from "../tabs.ts";
import type { Records } from "./records.ts";
import type { Writer } from "./writer.ts";

/** What this tab shows of runs that other tabs write, and which tab writes a run. */
export interface Sharing {
  /** Notes in the store which runs other tabs have. */
  mark(): void;
  /** Makes a run that another tab writes one of this tab. */
  takeOver(id: string): Promise<void>;
  /** Lets other tabs change a run that is over, once everything so far has been written. */
  letGo(id: string): Promise<void>;
  dispose(): void;
}

interface Shared {
  readonly store: HistoryStore;
  readonly opening: Promise<Archive>;
  readonly records: Records;
  readonly writer: Writer;
  readonly tabs: Tabs;
  /** Changes a record of this tab. */
  patch(id: string, changes: Partial<RunRecord>): void;
}

export function createSharing({ store, opening, records, writer, tabs, patch }: Shared): Sharing {
  const { taken } = writer;
  /** Runs of this tab's worker that are over, and any tab's since. */
  const over = new Set<string>();

  function mark(): void {
    const { elsewhere } = store.getState();
    const now = records.all().flatMap(({ id }) => (tabs.isElsewhere(id) ? [id] : []));
    if (now.join() !== elsewhere.join()) store.setState({ elsewhere: now });
  }

  /** The record of a run that another tab has written. */
  async function follow(id: string): Promise<void> {
    if (store.getState().live !== id || taken.has(id) || over.has(id)) await readAgain(id);
  }

  async function readAgain(id: string): Promise<void> {
    const fresh = await (await opening).record(id).catch(() => undefined);
    const others = records.all().filter((record) => record.id !== id);
    if (fresh && !fresh.deleted) records.set([fresh, ...others]);
    else if (others.length < records.all().length) records.set(others);
    mark();
  }

  const dispose = tabs.listen({
    hear(message) {
      if (message.type === "changed") void follow(message.id);
      if (message.type === "patch" && store.getState().live === message.id) patch(message.id, message.changes);
    },
    taken: (id) => taken.add(id),
    moved: mark,
  });

  return {
    mark,
    async takeOver(id) {
      const theirs = taken.delete(id) || tabs.isElsewhere(id);
      over.delete(id);
      await tabs.takeOver(id);
      // What the other tab wrote last may not have been heard yet.
      if (theirs) await readAgain(id);
    },
    async letGo(id) {
      await writer.settled();
      over.add(id);
      tabs.release(id);
    },
    dispose,
  };
}
