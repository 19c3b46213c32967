import { choice, real } from "../../schema.ts";
import type { TokenFeed } from "../objective.ts";
import { FeedError } from "./feedError.ts";
import { summarise } from "./stats.ts";

export type AdvantageStd = "group" | "batch" | "none";

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
}

/**
 * A_i = (R_i − mean of its group) / (std + ε) [B], std unbiased (n − 1), as Trinity-RFT's grpo_advantage.py: a group of
 * one has mean 0 and std 1; a group of equal rewards gets exactly 0. Advantages given in the feed pass as they are.
 * @throws {FeedError} without advantages and without rewards in whole groups.
 */
export function advantages(feed: TokenFeed, values: AdvantageValues): Float64Array {
  if (feed.advantages) return Float64Array.from(feed.advantages);
  const groups = rewardGroups(feed);
  const batchStd = feed.rows > 1 ? summarise(feed.rewards!).std : 1;
  const result = new Float64Array(feed.rows);
  groups.forEach((rewards, g) => {
    const alone = rewards.length === 1;
    const { mean, std } = alone ? { mean: 0, std: 1 } : summarise(rewards);
    const divisor = { group: std + values.advantageEps, batch: batchStd + values.advantageEps, none: 1 }[
      values.advantageStd
    ];
    rewards.forEach((reward, i) => {
      // 0 / 0 with ε = 0 and equal rewards: no advantage.
      result[g * rewards.length + i] = reward === mean ? 0 : (reward - mean) / divisor;
    });
  });
  return result;
}

/** Rewards, one list per prompt. @throws {FeedError} */
export function rewardGroups(feed: TokenFeed): number[][] {
  const { rows, rewards, groupSize } = feed;
  if (!rewards || groupSize === undefined)
    throw new FeedError(
      `rollouts must carry advantages, or rewards with groupSize; got ${rewards ? "rewards alone" : groupSize === undefined ? "none of them" : "groupSize alone"}.`,
    );
  if (!Number.isInteger(groupSize) || groupSize < 1 || rows % groupSize !== 0)
    throw new FeedError(`groupSize must divide the ${rows} rows of rollouts, got ${groupSize}.`);
  return Array.from({ length: rows / groupSize }, (_, g) =>
    Array.from({ length: groupSize }, (_, i) => rewards[g * groupSize + i]!),
  );
}
