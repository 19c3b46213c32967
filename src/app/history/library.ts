import type { RunRecord } from "../../lab/record/runRecord.ts";
import type { NoticeStore } from "../noticeStore.ts";
import type { Archive } from "./archive.ts";
import type { HistoryStore } from "./historyStore.ts";
import { createDeletion, type Deletion, finishDeletion } from "./library/deletion.ts";
import { recordsOf } from "./library/records.ts";
import { createSharing, type Sharing } from "./library/sharing.ts";
import { freeingSpace } from "./library/space.ts";
import { type StoredParts, storedParts } from "./library/storedParts.ts";
import { createWriter, reasonOf } from "./library/writer.ts";
import type { Estimate } from "./quota.ts";
import type { GrowingPart } from "./tableGrowth.ts";
import type { TabMemory } from "./tabMemory.ts";
import type { Tabs } from "./tabs.ts";

/** The records on the page and in the archive, kept the same. Changes show at once and are written one after another. */
export interface Library extends Deletion, StoredParts, Omit<Sharing, "mark"> {
  readonly store: HistoryStore;
  readonly memory: TabMemory;
  /** When the archive has been read. */
  readonly ready: Promise<void>;
  find(id: string | undefined): RunRecord | undefined;
  add(record: RunRecord, part?: GrowingPart): void;
  /** Changes a record, unless it is deleted; what its columns have grown by is written too. */
  patch(id: string, changes: Partial<RunRecord>, part?: GrowingPart): void;
  /** Changes what the page shows alone: the next patch writes it. */
  touch(id: string, changes: Partial<RunRecord>): void;
  /** When everything so far has been written. */
  settled(): Promise<void>;
}

interface LibraryOptions {
  readonly estimate: Estimate;
  /** Asks the browser to keep what is stored when it runs out of room. */
  persist(): Promise<unknown>;
  /** Milliseconds of a clock that nobody sets. */
  elapsed(): number;
  readonly tabs: Tabs;
  readonly memory: TabMemory;
}

export function createLibrary(
  store: HistoryStore,
  notices: NoticeStore,
  opening: Promise<Archive>,
  { estimate, persist, elapsed, tabs, memory }: LibraryOptions,
): Library {
  const records = recordsOf(store);
  const writer = createWriter({ opening, notices, tabs, persist });
  const freeSpace = freeingSpace(records, writer, notices, estimate);

  function patch(id: string, changes: Partial<RunRecord>, part?: GrowingPart): void {
    const now = records.touch(id, changes);
    // As the record is when its turn comes: a checkpoint written meanwhile has moved its marks.
    if (now) writer.save(now, part, () => records.find(id) ?? now);
  }

  const { mark, ...sharing } = createSharing({ store, opening, records, writer, tabs, patch });

  const ready = opening.then(async (archive) => {
    if (archive.trouble) notices.say("runs", [archive.trouble]);
    const kept = await archive.records().catch((error: unknown) => {
      notices.say("runs", [`The runs of this browser could not be read: ${reasonOf(error)}.`]);
      return [];
    });
    const known = new Set(records.all().map(({ id }) => id));
    records.set([...records.all(), ...kept.filter(({ id, deleted }) => !deleted && !known.has(id))]);
    await tabs.ready;
    mark();
    store.setState({ loaded: true, lasting: archive.lasting });
    for (const { id } of kept.filter(({ deleted }) => deleted)) await finishDeletion(archive, tabs, id);
  });

  return {
    store,
    memory,
    ready,
    find: records.find,
    touch: records.touch,
    patch,
    add(record, part) {
      records.set([record, ...records.all()]);
      void writer.write((archive) => writer.put(archive, record, part));
    },
    ...createDeletion(records, writer, tabs),
    ...storedParts({ opening, records, writer, freeSpace, elapsed }),
    ...sharing,
    settled: writer.settled,
  };
}
