import type { RunRecord, StoredCheckpoint } from "../../lab/record/runRecord.ts";
import { matches } from "../../lab/train/checksum.ts";
import type { Archive } from "./archive.ts";

/** A checkpoint as the worker made it. */
export interface FreshCheckpoint {
  readonly bytes: ArrayBuffer;
  /** Updates made. */
  readonly step: number;
  /** Of the parameters; empty where it was taken on the way. */
  readonly hash: string;
  /** Of the bytes; none for weights that were imported. */
  readonly sum?: string | undefined;
}

/** A checkpoint that was read back whole. */
export interface KeptCheckpoint {
  readonly bytes: ArrayBuffer;
  readonly stored: StoredCheckpoint;
}

/** What the record says once `fresh` is written: in the slot of the one that is not known to be whole, beside the older one that is. */
export function marksOf(before: RunRecord, fresh: FreshCheckpoint) {
  const older = before.older ?? before.checkpoint;
  const checkpoint: StoredCheckpoint = {
    step: fresh.step,
    bytes: fresh.bytes.byteLength,
    hash: fresh.hash,
    ...(fresh.sum !== undefined && { sum: fresh.sum }),
    ...(older && !older.slot && { slot: 1 }),
  };
  return { checkpoint, older, checkpointDropped: false };
}

/** The newest checkpoint of a run that is whole, the older one where the newest is damaged; undefined where there is none. */
export async function readWhole(
  archive: Archive,
  { id, checkpoint, older }: RunRecord,
): Promise<KeptCheckpoint | undefined> {
  for (const stored of [checkpoint, older]) {
    // A slot that the browser cannot read is as good as a damaged one.
    const bytes = stored && (await archive.weights(id, stored.slot).catch(() => undefined));
    if (bytes && (await isWhole(bytes, stored))) return { bytes, stored };
  }
  return undefined;
}

/** Without a checksum, of an earlier build, the length alone can tell. */
async function isWhole(bytes: ArrayBuffer, { bytes: length, sum }: StoredCheckpoint): Promise<boolean> {
  if (bytes.byteLength !== length) return false;
  return sum === undefined || matches(new Uint8Array(bytes), sum);
}
