import type { Numbers, TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { klInReward, klTerm, type RegulariserValues } from "./kl.ts";
import { floorLogp } from "./probability.ts";

/*
 * The KL to the reference as a part of the reward (verl use_kl_in_reward, TRL's RLOO): β k(d), d = log π_old − log π_ref of
 * the sampled token, held still. Its value changes advantages, and so its gradient is that of the policy-gradient term:
 * E[∇ log π_t · β Σ k1] = ∇ β KL, which k1 in the loss does not give.
 */

/**
 * β k(d_t) [B, T], 0 where nothing is scored; undefined where the KL is no part of the reward.
 * @throws {FeedError} without refLogp
 */
export function klPenalty(
  old: Numbers,
  { rows, mask, refLogp }: TokenFeed,
  { klCoef = 0, klIn, klEstimator = "k3" }: Partial<RegulariserValues>,
): Float64Array | undefined {
  if (!klInReward({ klCoef, ...(klIn && { klIn }) }) || rows === 0) return undefined;
  if (!refLogp)
    throw new FeedError(`refLogp must come with the feed when klCoef is above 0; got klCoef ${klCoef} and no refLogp.`);
  return Float64Array.from(mask, (m, i) =>
    m ? klCoef * klTerm(klEstimator, floorLogp(old[i]!) - floorLogp(refLogp[i]!)).value : 0,
  );
}

/**
 * The feed with each answer's whole penalty taken off its reward, before the group is compared; off the advantage, where
 * that is given.
 */
export function lessPerRow(feed: TokenFeed, penalty: Float64Array): TokenFeed {
  const { length, rewards, advantages } = feed;
  const less = (values: Numbers) =>
    Float64Array.from(values, (value, b) => value - sum(penalty.subarray(b * length, (b + 1) * length)));
  return {
    ...feed,
    ...(rewards && { rewards: less(rewards) }),
    ...(advantages && { advantages: less(advantages) }),
  };
}

/** Σ of the penalties from each token to the end of its answer, undiscounted. [B, T] */
export function penaltyToGo(penalty: Float64Array, { rows, length }: TokenFeed): Float64Array {
  const result = new Float64Array(penalty.length);
  for (let b = 0; b < rows; b++) {
    let left = 0;
    for (let i = (b + 1) * length - 1; i >= b * length; i--) {
      left += penalty[i]!;
      result[i] = left;
    }
  }
  return result;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
