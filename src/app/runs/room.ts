import type { RunRecord } from "../../lab/runs/runRecord.ts";
import { isLive } from "../../lab/runs/runRecord.ts";

/** What the browser says about its storage, in bytes; undefined where it says nothing. */
export type Estimate = () => Promise<{ readonly usage: number; readonly quota: number } | undefined>;

/** Less than this free is little: as much as some hundred checkpoints of the smallest shipped policies. */
export const RESERVE_BYTES = 64e6;

export const browserEstimate: Estimate = async () => {
  const said = await globalThis.navigator?.storage?.estimate?.();
  return said?.quota === undefined ? undefined : { usage: said.usage ?? 0, quota: said.quota };
};

/**
 * The runs whose checkpoints must go so that `bytes` more fit: the oldest first, none that is pinned, at work, or `keeping`.
 * Their curves stay.
 */
export function toDrop(
  records: readonly RunRecord[],
  free: number,
  bytes: number,
  keeping: string | undefined,
): readonly RunRecord[] {
  const candidates = records
    .filter(({ id, pinned, phase, checkpoint }) => checkpoint && !pinned && !isLive(phase) && id !== keeping)
    .sort((a, b) => a.created - b.created);
  const dropped: RunRecord[] = [];
  let room = free - bytes;
  for (const record of candidates) {
    if (room >= RESERVE_BYTES) break;
    room += record.checkpoint!.bytes;
    dropped.push(record);
  }
  return dropped;
}

/** The runs whose tokens must go as well where no more checkpoints can; the same runs are spared. */
export function tokensToDrop(
  records: readonly RunRecord[],
  free: number,
  bytes: number,
  keeping: string | undefined,
): readonly RunRecord[] {
  const candidates = records
    .filter(({ id, pinned, phase, tokens }) => tokens && !pinned && !isLive(phase) && id !== keeping)
    .sort((a, b) => a.created - b.created);
  const dropped: RunRecord[] = [];
  let room = free - bytes;
  for (const record of candidates) {
    if (room >= RESERVE_BYTES) break;
    room += record.tokens!.bytes;
    dropped.push(record);
  }
  return dropped;
}

export function roomText(dropped: readonly RunRecord[], free: number, tokens: readonly RunRecord[] = []): string {
  const left = `This browser has ${megabytes(free)} left for this page.`;
  if (tokens.length > 0) {
    const too = tokens.map(({ name }) => `“${name}”`).join(", ");
    const also = `The tokens of ${too} had to go too; Export keeps them in a file.`;
    return dropped.length > 0 ? `${roomText(dropped, free)} ${also}` : `${left} ${also.replace(" too;", ";")}`;
  }
  if (dropped.length === 0) return `${left} Delete runs that you no longer need, or export them.`;
  const names = dropped.map(({ name }) => `“${name}”`).join(", ");
  const plural = dropped.length > 1;
  return `${left} The checkpoint${plural ? "s" : ""} of ${names} had to go; the curves stay. Pin a run to keep its checkpoint.`;
}

const megabytes = (bytes: number) => `${Math.max(0, Math.round(bytes / 1e6))} MB`;
