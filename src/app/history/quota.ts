import type { RunRecord } from "../../lab/record/runRecord.ts";
import { isLive } from "../../lab/record/runRecord.ts";

/** What the browser says about its storage, in bytes; undefined where it says nothing. */
export type Estimate = () => Promise<{ readonly usage: number; readonly quota: number } | undefined>;

/** Less than this free is little: as much as some hundred checkpoints of the smallest shipped policies. */
export const RESERVE_BYTES = 64e6;

export const browserEstimate: Estimate = async () => {
  // Where storage is closed, as in a sandboxed frame, asking fails; what is kept in memory has no quota.
  const said = await globalThis.navigator?.storage?.estimate?.().catch(() => undefined);
  return said?.quota === undefined ? undefined : { usage: said.usage ?? 0, quota: said.quota };
};

/** Asks once for storage that the browser does not clear by itself. */
export const browserPersist = async (): Promise<unknown> => globalThis.navigator?.storage?.persist?.();

type DropRule = (
  records: readonly RunRecord[],
  free: number,
  bytes: number,
  keeping: string | undefined,
) => readonly RunRecord[];

/** The oldest runs that must lose this part so that `bytes` more fit; none that is pinned, at work, or `keeping`. */
const dropping =
  (part: "checkpoint" | "tokens"): DropRule =>
  (records, free, bytes, keeping) => {
    const candidates = records
      .filter((run) => run[part] && !run.pinned && !isLive(run.phase) && run.id !== keeping)
      .sort((a, b) => a.created - b.created);
    const dropped: RunRecord[] = [];
    let room = free - bytes;
    for (const record of candidates) {
      if (room >= RESERVE_BYTES) break;
      room += bytesOf(record, part);
      dropped.push(record);
    }
    return dropped;
  };

/** What a run's part takes: of checkpoints there may be two. */
export const bytesOf = (record: RunRecord, part: "checkpoint" | "tokens"): number =>
  (record[part]?.bytes ?? 0) + (part === "checkpoint" ? (record.older?.bytes ?? 0) : 0);

/** The runs whose checkpoints must go. Their curves stay. */
export const toDrop = dropping("checkpoint");

/** The runs whose tokens must go as well where no more checkpoints can; the same runs are spared. */
export const tokensToDrop = dropping("tokens");

export function quotaText(dropped: readonly RunRecord[], free: number, tokens: readonly RunRecord[] = []): string {
  const left = `This browser has ${megabytes(free)} left for this page.`;
  if (tokens.length > 0) {
    const too = tokens.map(({ name }) => `“${name}”`).join(", ");
    const also = `The tokens of ${too} had to go too; Export keeps them in a file.`;
    return dropped.length > 0 ? `${quotaText(dropped, free)} ${also}` : `${left} ${also.replace(" too;", ";")}`;
  }
  if (dropped.length === 0) return `${left} Delete runs that you no longer need, or export them.`;
  const names = dropped.map(({ name }) => `“${name}”`).join(", ");
  const plural = dropped.length > 1;
  return `${left} The checkpoint${plural ? "s" : ""} of ${names} had to go; the curves stay. Pin a run to keep its checkpoint.`;
}

const megabytes = (bytes: number) => `${Math.max(0, Math.round(bytes / 1e6))} MB`;
