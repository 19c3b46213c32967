import type { RunRecord } from "../../../lab/record/runRecord.ts";
import type { Archive } from "../archive.ts";
import type { Tabs } from "../tabs.ts";
import type { Records } from "./records.ts";
import type { Writer } from "./writer.ts";

/** Deleting runs in two steps, of which the first can be taken back. */
export interface Deletion {
  /** Takes records out of the list; they are gone for good once {@link Deletion.forget} is called. */
  hide(ids: readonly string[]): readonly RunRecord[];
  restore(records: readonly RunRecord[]): void;
  forget(ids: readonly string[]): void;
}

export function createDeletion(records: Records, writer: Writer, tabs: Tabs): Deletion {
  return {
    hide(ids) {
      const hidden = records.all().filter(({ id }) => ids.includes(id));
      records.set(records.all().filter(({ id }) => !ids.includes(id)));
      // Should the page be closed before the time is up, the next visit finishes the job; until then no other tab does.
      for (const record of hidden) {
        void tabs.hold(record.id);
        writer.save({ ...record, deleted: true });
      }
      return hidden;
    },
    restore(back) {
      records.set([...records.all(), ...back]);
      for (const record of back) {
        writer.save(record);
        tabs.release(record.id);
      }
    },
    forget(ids) {
      for (const id of ids)
        void writer.write(async (archive) => {
          await archive.remove(id);
          tabs.release(id);
        });
    },
  };
}

/** Finishes a deletion that a closed page left half done; not one that another tab may still take back. */
export async function finishDeletion(archive: Archive, tabs: Tabs, id: string): Promise<void> {
  if (!(await tabs.hold(id))) return;
  // What cannot be removed now is not in the list, and is tried again with the next visit.
  await archive.remove(id).catch(() => {});
  tabs.release(id);
}
