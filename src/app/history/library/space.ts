import type { RunRecord } from "../../../lab/record/runRecord.ts";
import type { NoticeStore } from "../../noticeStore.ts";
import type { Archive } from "../archive.ts";
import { bytesOf, type Estimate, quotaText, RESERVE_BYTES, toDrop, tokensToDrop } from "../quota.ts";
import type { Records } from "./records.ts";
import type { Writer } from "./writer.ts";

/** Makes room in the archive for `bytes` more, from runs other than `keeping`, and says what had to go. */
export type FreeSpace = (archive: Archive, bytes: number, keeping: string) => Promise<void>;

export function freeingSpace(records: Records, writer: Writer, notices: NoticeStore, estimate: Estimate): FreeSpace {
  /** Bytes that may be written before the browser is asked for its room again. */
  let spare = 0;
  let low = false;

  async function drop(archive: Archive, { id }: RunRecord, part: "checkpoint" | "tokens"): Promise<void> {
    const without =
      part === "tokens" ? { tokens: undefined } : { checkpoint: undefined, older: undefined, checkpointDropped: true };
    await (part === "tokens" ? archive.dropTokens(id) : archive.dropWeights(id));
    const now = records.touch(id, without);
    if (now) await writer.put(archive, now);
  }

  return async (archive, bytes, keeping) => {
    if (bytes < spare) {
      spare -= bytes;
      return;
    }
    const said = await estimate();
    if (!said) return;
    const free = said.quota - said.usage;
    spare = (free - 4 * RESERVE_BYTES) / 2;
    const dropped = toDrop(records.all(), free, bytes, keeping);
    for (const record of dropped) await drop(archive, record, "checkpoint");
    const freed = dropped.reduce((sum, record) => sum + bytesOf(record, "checkpoint"), 0);
    const silent = tokensToDrop(records.all(), free + freed, bytes, keeping);
    for (const record of silent) await drop(archive, record, "tokens");
    const before = low;
    low = free - bytes < RESERVE_BYTES;
    // Said before there is none, and once: a checkpoint comes every few seconds.
    if (dropped.length > 0 || silent.length > 0 || (low && !before)) {
      notices.say("runs", [quotaText(dropped, free, silent)]);
    }
  };
}
