import { FileError } from "../../../lab/record/fileSchema.ts";
import type { RunRecord } from "../../../lab/record/runRecord.ts";
import { type HistoryStore, withRecords } from "../historyStore.ts";

/** The records that the page shows. */
export interface Records {
  all(): readonly RunRecord[];
  set(next: readonly RunRecord[]): void;
  find(id: string | undefined): RunRecord | undefined;
  /** Changes what the page shows alone. @returns the changed record; undefined where there is none */
  touch(id: string, changes: Partial<RunRecord>): RunRecord | undefined;
  /** Notes on a record what cannot be read of it. @throws whatever is no {@link FileError} */
  damaged(id: string, error: unknown): void;
}

export function recordsOf(store: HistoryStore): Records {
  const all = () => store.getState().records;
  const set = (next: readonly RunRecord[]) => store.setState(({ entries }) => withRecords(next, entries));
  const find = (id: string | undefined) => all().find((record) => record.id === id);

  function touch(id: string, changes: Partial<RunRecord>): RunRecord | undefined {
    const before = find(id);
    if (!before) return undefined;
    const now = { ...before, ...changes };
    set(all().map((record) => (record === before ? now : record)));
    return now;
  }

  function damaged(id: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    touch(id, { damage: error.message });
  }

  return { all, set, find, touch, damaged };
}
