import type { RunRecord } from "../../../lab/record/runRecord.ts";
import type { NoticeStore } from "../../noticeStore.ts";
import type { Archive, SlotChange } from "../archive.ts";
import type { GrowingPart } from "../tableGrowth.ts";
import type { Tabs } from "../tabs.ts";

/** The one way into the archive: one write after another, so that an older one never lands on a newer. */
export interface Writer {
  /** Runs that another tab has taken from this one: it alone writes them now. */
  readonly taken: Set<string>;
  /** Does some work on the archive when its turn comes; where it fails, a notice says why. */
  write(work: (archive: Archive) => Promise<void>): Promise<void>;
  /** Writes a record, within a turn; the other tabs hear of it. One of a run that another tab has taken is not written. */
  put(archive: Archive, record: RunRecord, part?: GrowingPart, slot?: SlotChange): Promise<void>;
  /**
   * Stores a record, as `newest` has it when its turn comes. A damaged one is a stand-in: what is stored of it stays as it is.
   */
  save(record: RunRecord, part?: GrowingPart, newest?: () => RunRecord): void;
  /** When everything so far has been written. */
  settled(): Promise<void>;
}

interface WriterOptions {
  readonly opening: Promise<Archive>;
  readonly notices: NoticeStore;
  readonly tabs: Tabs;
  /** Asks the browser to keep what is stored when it runs out of room. */
  persist(): Promise<unknown>;
}

export function createWriter({ opening, notices, tabs, persist }: WriterOptions): Writer {
  const taken = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  let asked = false;

  function write(work: (archive: Archive) => Promise<void>): Promise<void> {
    writing = writing
      .then(async () => work(await opening))
      .catch((error: unknown) => {
        const why = reasonOf(error);
        notices.say("runs", [`A run could not be kept in this browser: ${why}. Export it before you close the page.`]);
      });
    return writing;
  }

  async function put(archive: Archive, record: RunRecord, part?: GrowingPart, slot?: SlotChange): Promise<void> {
    if (taken.has(record.id)) return;
    await archive.save(record, part, slot);
    part?.written?.();
    tabs.tell({ type: "changed", id: record.id });
    if (asked) return;
    asked = true;
    // Browsers may refuse and say nothing about it, or ask first: nothing waits for the answer.
    void persist().catch(() => {});
  }

  return {
    taken,
    write,
    put,
    save(record, part, newest = () => record) {
      if (record.phase !== "damaged") void write((archive) => put(archive, newest(), part));
    },
    settled: () => writing,
  };
}

/** Why the browser does not store something; some of its errors say nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return String(error);
  if (error.name === "QuotaExceededError")
    return "there is no room left for this page, so delete runs that you no longer need";
  if (error.name === "InvalidStateError") return "a tab with another build has the runs, so load this page again";
  return error.message || error.name;
}
