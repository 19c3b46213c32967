import type { FeedScores, TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { floorLogp } from "./probability.ts";

/** One answer as preference losses see it. */
export interface Sequence {
  readonly logp: number; // Σ log π over scored tokens
  readonly ref: number; // Σ log π_ref; 0 without a reference
  readonly length: number; // scored tokens, `<eos>` included
}

/** Sums over the scored tokens of each row. [B] */
export function sequencesOf(scores: FeedScores, feed: TokenFeed): Sequence[] {
  const { rows, length, mask, refLogp } = feed;
  return Array.from({ length: rows }, (_, b) => {
    const sums = { logp: 0, ref: 0, length: 0 };
    for (let i = b * length; i < (b + 1) * length; i++) {
      if (!mask[i]) continue;
      sums.logp += floorLogp(scores.logp[i]!);
      if (refLogp) sums.ref += floorLogp(refLogp[i]!);
      sums.length++;
    }
    return sums;
  });
}

/** Every scored token of row b gets the slope of its sequence. [B] to [B, T] */
export function spread(slopes: ArrayLike<number>, { rows, length, mask }: TokenFeed): Float64Array {
  const result = new Float64Array(rows * length);
  for (let i = 0; i < result.length; i++) if (mask[i]) result[i] = slopes[Math.floor(i / length)]!;
  return result;
}

/** log π − log π_ref of each scored token: the implicit reward, token by token, in units of β. [B, T] */
export function logRatios(scores: FeedScores, { refLogp, mask }: TokenFeed): Float64Array {
  const ratios = new Float64Array(mask.length);
  if (!refLogp) return ratios;
  for (let i = 0; i < ratios.length; i++) if (mask[i]) ratios[i] = floorLogp(scores.logp[i]!) - floorLogp(refLogp[i]!);
  return ratios;
}

/** @throws {FeedError} where rows came without the reference's log-probabilities */
export function requireReference(feed: TokenFeed, name: string, objective: string): void {
  if (feed.rows > 0 && !feed.refLogp) throw new FeedError(`${name} must carry refLogp for ${objective}, got none.`);
}
