import { choice, real } from "../../schema.ts";
import type { TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { summarise } from "./stats.ts";

export type AdvantageStd = "group" | "batch" | "none";
export type DeadGroups = "count" | "leave-out";

export const advantageKnobs = {
  advantageStd: choice<AdvantageStd>(
    "group",
    [
      { value: "group", label: "Group", help: "By the spread of rewards within the prompt's own group." },
      { value: "batch", label: "Batch", help: "By the spread of rewards over the whole batch." },
      { value: "none", label: "None", help: "Only the group's mean is taken off." },
    ],
    {
      label: "Advantage scaling",
      help: "What an advantage is divided by.",
      source: "GRPO; batch: Trinity std_cal_level; none: Dr. GRPO",
    },
  ),
  advantageEps: real(
    1e-6,
    { min: 0, max: 1, log: true },
    {
      label: "Advantage ε",
      help: "Added to the standard deviation before dividing.",
      symbol: "\\epsilon_A",
      source: "Trinity-RFT 1e-6; TRL 1e-4",
    },
  ),
  deadGroups: choice<DeadGroups>(
    "count",
    [
      { value: "count", label: "Count", help: "Their tokens stay in the mean: steps shrink as groups agree." },
      {
        value: "leave-out",
        label: "Leave out",
        help: "The mean is over the tokens of the other groups alone, as where such groups are filtered.",
      },
    ],
    {
      label: "Groups without a signal",
      help: "Whether answers of a group whose rewards are all equal count in what the loss is divided by.",
      source: "count: GRPO, Trinity-RFT; leave out: DAPO, arXiv 2503.14476, without its resampling",
    },
  ),
};

/** TeX of A under a scaling. */
export const ADVANTAGE_TEX: Readonly<Record<AdvantageStd, string>> = {
  group: "\\frac{R_i - \\overline{R}}{\\operatorname{std} R + \\epsilon_A}",
  batch: "\\frac{R_i - \\overline{R}}{\\operatorname{std}_{\\text{batch}} R + \\epsilon_A}",
  none: "R_i - \\overline{R}",
};

export interface AdvantageValues {
  readonly advantageStd: AdvantageStd;
  readonly advantageEps: number;
  /** `count` where absent. */
  readonly deadGroups?: DeadGroups;
}

/** Rewards of one group that differ by less than this share of the largest are equal: what is left of rounding. */
const EQUAL = 1e-8;

/** Whether rewards teach nothing: all of them equal but for rounding; a reward alone in its group, where it is 0. */
export function isDead(rewards: readonly number[]): boolean {
  if (rewards.length === 1) return rewards[0] === 0;
  const { min, max } = summarise(rewards);
  // Halves, so that the difference of the largest numbers is one.
  return max / 2 - min / 2 <= (EQUAL * Math.max(Math.abs(min), Math.abs(max))) / 2;
}

/**
 * A_i = (R_i − mean of its group) / (std + ε) [B], std unbiased (n − 1), as Trinity-RFT's grpo_advantage.py: a group of
 * one has mean 0 and std 1, so that its advantage is its reward (OpenRLHF refuses such groups); a group of rewards that
 * are equal within 1e-8 of the largest gets exactly 0. Advantages given in the feed pass as they are.
 * @throws {FeedError} without advantages and without rewards in whole groups.
 */
export function advantages(feed: TokenFeed, values: AdvantageValues): Float64Array {
  if (feed.advantages) return Float64Array.from(feed.advantages);
  const groups = rewardGroups(feed);
  // A power of two, so that it changes no digit: sums and squares of rewards near the largest number stay finite.
  const unit = feed.rewards!.some((reward) => Math.abs(reward) > 1e300) ? 2 ** 10 : 1;
  const small = (rewards: ArrayLike<number>) => Float64Array.from(rewards, (reward) => reward / unit);
  const batchStd = feed.rows > 1 ? summarise(small(feed.rewards!)).std : 1 / unit;
  const eps = values.advantageEps / unit;
  const result = new Float64Array(feed.rows);
  groups.forEach((rewards, g) => {
    const alone = rewards.length === 1;
    const { mean, std } = alone ? { mean: 0, std: 1 / unit } : summarise(small(rewards));
    const divisor = { group: std + eps, batch: batchStd + eps, none: 1 / unit }[values.advantageStd];
    const dead = isDead(rewards);
    small(rewards).forEach((reward, i) => {
      // 0 / 0 with ε = 0 and equal rewards: no advantage.
      const none = dead || reward === mean || divisor === 0;
      result[g * rewards.length + i] = none ? 0 : (reward - mean) / divisor;
    });
  });
  return result;
}

/** Rewards, one list per prompt; `reader` is the algorithm that cannot do with advantages. @throws {FeedError} */
export function rewardGroups(feed: TokenFeed, reader?: string): number[][] {
  const { rows, rewards, groupSize } = feed;
  if (!rewards || groupSize === undefined) {
    const given = Object.entries({ advantages: feed.advantages, rewards, groupSize });
    const names = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const got = names.length > 0 ? `${names.join(" and ")} alone` : "none of them";
    throw new FeedError(
      reader === undefined
        ? `rollouts must carry advantages, or rewards with groupSize; got ${got}.`
        : `rollouts must carry rewards with groupSize for ${reader}, got ${got}.`,
    );
  }
  if (!Number.isInteger(groupSize) || groupSize < 1 || rows % groupSize !== 0)
    throw new FeedError(`groupSize must divide the ${rows} rows of rollouts, got ${groupSize}.`);
  return Array.from({ length: rows / groupSize }, (_, g) =>
    Array.from({ length: groupSize }, (_, i) => rewards[g * groupSize + i]!),
  );
}
