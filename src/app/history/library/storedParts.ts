import { MetricTable } from "../../../lab/record/metricTable.ts";
import { bounded, type TokenRecord, tokenBytes } from "../../../lab/record/tokenRecord.ts";
import type { Archive } from "../archive.ts";
import { type FreshCheckpoint, type KeptCheckpoint, marksOf, readWhole } from "../keptCheckpoint.ts";
import type { GrowingPart } from "../tableGrowth.ts";
import type { Records } from "./records.ts";
import type { FreeSpace } from "./space.ts";
import type { Writer } from "./writer.ts";

/** What is stored of a run beside its record. */
export interface StoredParts {
  /** Empty where the stored one is damaged, which the record then says. */
  table(id: string): Promise<MetricTable>;
  /** The newest whole checkpoint. Where a newer one is damaged, or all are, the record says so from then on. */
  checkpoint(id: string): Promise<KeptCheckpoint | undefined>;
  /**
   * Keeps a checkpoint, with what its columns have grown by. The last one that is known to be whole stays beside it until this
   * one, or a later one, has been read back: every few seconds, and by {@link StoredParts.confirm}.
   */
  saveCheckpoint(id: string, fresh: FreshCheckpoint, part: GrowingPart | undefined): Promise<void>;
  /** Reads a run's newest checkpoint back, and lets the older one go where it is whole. */
  confirm(id: string): Promise<void>;
  tokens(id: string): Promise<TokenRecord | undefined>;
  /** Keeps as much of a run's tokens as one run may have. */
  saveTokens(id: string, tokens: TokenRecord): Promise<void>;
}

interface Stored {
  readonly opening: Promise<Archive>;
  readonly records: Records;
  readonly writer: Writer;
  readonly freeSpace: FreeSpace;
  /** Milliseconds of a clock that nobody sets. */
  elapsed(): number;
}

/** A checkpoint is read back this often: as long as that takes no other can be written. */
const CONFIRM_MS = 5000;

export const storedParts = (stored: Stored): StoredParts => ({
  ...columnsAndTokens(stored),
  ...checkpoints(stored),
});

type Checkpoints = Pick<StoredParts, "checkpoint" | "saveCheckpoint" | "confirm">;

function checkpoints({ opening, records, writer, freeSpace, elapsed }: Stored): Checkpoints {
  /** When a checkpoint of a run was last read back. */
  const confirmed = new Map<string, number>();

  /** The one before goes once the newest has been read back whole. */
  async function confirm(archive: Archive, id: string): Promise<void> {
    const record = records.find(id);
    if (!record?.older || writer.taken.has(id)) return;
    const kept = await readWhole(archive, { ...record, older: undefined });
    if (!kept) throw new Error("its newest checkpoint could not be read back whole, so the one before it stays");
    confirmed.set(id, elapsed());
    const alone = records.touch(id, { older: undefined });
    if (alone) await writer.put(archive, alone, undefined, { slot: record.older.slot ?? 0, bytes: undefined });
  }

  return {
    async checkpoint(id) {
      await writer.settled();
      const record = records.find(id);
      if (!record?.checkpoint) return undefined;
      const kept = await readWhole(await opening, record);
      if (kept?.stored === record.checkpoint) {
        // What was just read whole is what the next one is written beside.
        if (record.older) records.touch(id, { older: undefined });
        return kept;
      }
      const { step } = record.checkpoint;
      const left = kept ? `so the one of step ${kept.stored.step} is used` : "so it has none to go on from";
      // The slot of the damaged one is the next to be written.
      records.touch(id, {
        checkpoint: kept?.stored,
        older: undefined,
        damage: `Its checkpoint of step ${step} must be as it was written, got another or none, ${left}.`,
      });
      return kept;
    },
    saveCheckpoint(id, fresh, part) {
      return writer.write(async (archive) => {
        if (!records.find(id) || writer.taken.has(id)) return;
        await freeSpace(archive, fresh.bytes.byteLength, id);
        const before = records.find(id);
        if (!before) return;
        const marks = marksOf(before, fresh);
        const slot = marks.checkpoint.slot ?? 0;
        await writer.put(archive, { ...before, ...marks }, part, { slot, bytes: fresh.bytes });
        records.touch(id, marks);
        if (elapsed() - (confirmed.get(id) ?? Number.NEGATIVE_INFINITY) >= CONFIRM_MS) await confirm(archive, id);
      });
    },
    confirm: (id) => writer.write((archive) => confirm(archive, id)),
  };
}

function columnsAndTokens({ opening, records, writer, freeSpace }: Stored): Omit<StoredParts, keyof Checkpoints> {
  return {
    async table(id) {
      await writer.settled();
      return (await opening).table(id).catch((error) => {
        records.damaged(id, error);
        return new MetricTable();
      });
    },
    async tokens(id) {
      await writer.settled();
      return (await opening).tokens(id).catch((error) => {
        records.damaged(id, error);
        return undefined;
      });
    },
    saveTokens(id, tokens) {
      const kept = bounded(tokens);
      const bytes = tokenBytes(kept);
      return writer.write(async (archive) => {
        const before = records.find(id);
        if (!before || writer.taken.has(id)) return;
        await freeSpace(archive, Math.max(0, bytes - (before.tokens?.bytes ?? 0)), id);
        await archive.saveTokens(id, kept);
        const now = records.touch(id, { tokens: { steps: kept.steps.length, bytes } });
        if (now) await writer.put(archive, now);
      });
    },
  };
}
