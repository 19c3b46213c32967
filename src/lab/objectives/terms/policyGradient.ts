import { real } from "../../schema.ts";
import type { FeedScores, Metrics, Numbers, TokenFeed } from "../objective.ts";
import { type AdvantageValues, advantages, isDead, rewardGroups } from "./advantage.ts";
import { type AggregationValues, tokenScale } from "./aggregate.ts";
import { type Explanation, type TokenContext, unpushed } from "./explanation.ts";
import type { RegulariserValues } from "./kl.ts";
import { klPenalty, lessPerRow, penaltyToGo } from "./klReward.ts";
import { present } from "./metrics.ts";
import { overBatch, type Share } from "./overBatch.ts";
import { clamp, floorLogp } from "./probability.ts";
import { scored, scoredMean, summarise, zeroShare } from "./stats.ts";

const range = { min: 0, max: 10, step: 0.01 };

export const clipKnobs = {
  clipLow: real(
    0.2,
    { ...range, max: 1 },
    {
      label: "Clip below",
      help: "A token pushed down stops being pushed once its ratio is under 1 minus this.",
      symbol: "\\epsilon_{-}",
      source: "PPO, GRPO: 0.2",
      live: true,
    },
  ),
  clipHigh: real(0.2, range, {
    label: "Clip above",
    help: "A token pushed up stops being pushed once its ratio is over 1 plus this.",
    symbol: "\\epsilon_{+}",
    source: "PPO, GRPO: 0.2; DAPO: 0.28",
    live: true,
  }),
  dualClip: real(
    3,
    { min: 0, max: 20, step: 0.5 },
    {
      label: "Dual clip",
      help: "A token pushed down stops being pushed once its ratio is over this; 0 turns it off.",
      symbol: "c",
      source: "Trinity-RFT clip_ratio_c 3.0; not in the CHORD paper",
      live: true,
    },
  ),
};

export interface ClipValues {
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly dualClip: number;
}

export interface PolicyGradient {
  readonly loss: number;
  /** c of all tokens, those of groups that are left out included: what terms beside the policy's own are scaled by. */
  readonly scale: Float64Array; // [B, T]
  readonly dLogp: Float64Array; // [B, T]
  readonly metrics: Metrics;
  readonly views: Readonly<Record<string, Float64Array>>;
}

/**
 * L = −Σ c_t min(r A, clip(r, 1−ε₋, 1+ε₊) A), for A < 0 at most c|A| (dual clip); r = exp(clamp(log π − log π_old, ±20)).
 * Follows Trinity-RFT's ppo_policy_loss.py, torch's clamp slopes included: no gradient outside the clamp. Without
 * oldLogp the step is strictly on-policy: r = 1, its slope that of π. Where the KL is a part of the reward (klReward.ts)
 * it is held still within A. `deadGroups: leave-out` takes c from the other groups' rows alone: with rewards 1, 0 and 1, 1,
 * one token each, no scaling and r = 1, dLogp is (−¼, ¼, 0, 0) where the mean is over two tokens, and half of it over four.
 * @throws {FeedError} when advantages can be neither read nor made.
 */
export function policyGradient(
  scores: FeedScores,
  feed: TokenFeed,
  values: AggregationValues & AdvantageValues & ClipValues & Partial<RegulariserValues>,
): PolicyGradient {
  const size = feed.rows * feed.length;
  const old = feed.oldLogp ?? (scores.frozen ?? scores).logp;
  const { perRow, toGo } = shapedAdvantages(old, feed, values);
  const scale = tokenScale(feed, values);
  const counted = values.deadGroups === "leave-out" && !toGo ? tokenScale(withoutDead(feed, perRow), values) : scale;
  const zeros = () => new Float64Array(size); // [B, T]
  const dLogp = zeros();
  const views = { ratio: zeros(), clipped: zeros(), advantage: zeros(), weight: zeros() };
  const [low, high, dual, gap] = [zeros(), zeros(), zeros(), zeros()] as const;
  const floor = 1 - values.clipLow;
  const ceiling = 1 + values.clipHigh;
  let loss = 0;
  for (let i = 0; i < size; i++) {
    if (scale[i] === 0) continue;
    const c = counted[i]!;
    const A = perRow[Math.floor(i / feed.length)]! - (toGo?.[i] ?? 0);
    const difference = floorLogp(scores.logp[i]!) - floorLogp(old[i]!);
    const r = Math.exp(clamp(difference, -20, 20));
    const free = -r * A;
    const bound = -clamp(r, floor, ceiling) * A;
    const cap = A < 0 && values.dualClip > 0 ? -values.dualClip * A : Number.POSITIVE_INFINITY;
    const isClipped = bound > free;
    const isDual = Math.max(free, bound) > cap;
    const pushed = !isClipped && !isDual && Math.abs(difference) <= 20;
    loss += c * Math.min(cap, Math.max(free, bound));
    dLogp[i] = pushed ? c * free : 0;
    views.ratio[i] = r;
    views.advantage[i] = A;
    views.clipped[i] = isClipped || isDual ? 1 : 0;
    views.weight[i] = pushed ? -free : 0;
    low[i] = isClipped && A < 0 ? 1 : 0;
    high[i] = isClipped && A > 0 ? 1 : 0;
    dual[i] = isDual ? 1 : 0;
    gap[i] = -difference;
  }
  const strength = summarise(scored(views.weight.map(Math.abs), feed.mask));
  const mean = (x: Float64Array) => scoredMean(x, feed.mask);
  const lowMean = mean(low);
  const metrics = present({
    ...rewardMetrics(feed),
    policy_loss: loss,
    "clip_ratio/low_mean": lowMean,
    "clip_ratio/high_mean": mean(high),
    "clip_ratio/region_mean": lowMean === undefined ? undefined : lowMean + mean(high)!,
    "clip_ratio/dual_mean": mean(dual),
    ppo_kl: mean(gap),
    zero_probability: zeroShare(scores.logp, feed.mask),
    "token_weight/mean": strength.mean,
    "token_weight/max": strength.max,
  });
  return { loss, scale, dLogp, metrics, views };
}

/** How an own token came to its credit; a mix gives the term a share. */
export function explainOwn(
  token: Pick<TokenContext, "row" | "at">,
  values: AggregationValues & { readonly klCoef: number },
  mix?: Share,
): Explanation {
  const { advantage, ratio, clipped, weight } = token.row.views;
  const A = advantage?.[token.at];
  if (A === undefined) return { terms: [] };
  const r = ratio?.[token.at] ?? 1;
  const push = clipped?.[token.at] ? unpushed("clipped") : { symbols: "r · A", numbers: [r, " × ", A], value: r * A };
  const rest = values.klCoef > 0 ? { rest: "from the KL term" } : {};
  return { ...overBatch(token, values, push, (at) => weight?.[at] ?? 0, mix), ...rest };
}

/** Advantages of answers [B], and what each token's is less by [B, T], where the KL is a part of the reward. */
function shapedAdvantages(old: Numbers, feed: TokenFeed, values: AdvantageValues & Partial<RegulariserValues>) {
  const penalty = klPenalty(old, feed, values);
  const shaped = penalty && values.klIn === "reward" ? lessPerRow(feed, penalty) : feed;
  const toGo = penalty && values.klIn === "token-reward" ? penaltyToGo(penalty, feed) : undefined;
  return { perRow: advantages(shaped, values), toGo };
}

/** The feed without the scored tokens of groups in which no answer has an advantage, and without their rows in means over answers. */
function withoutDead(feed: TokenFeed, perRow: Float64Array): TokenFeed & { readonly skipped: number } {
  const { groupSize = 1, length } = feed;
  const isAlive = (b: number) => {
    const first = b - (b % groupSize);
    return perRow.subarray(first, first + groupSize).some((A) => A !== 0);
  };
  const alive = Array.from(perRow, (_, b) => isAlive(b));
  return {
    ...feed,
    mask: feed.mask.map((m, i) => (alive[Math.floor(i / length)] ? m : 0)),
    skipped: alive.filter((is) => !is).length,
  };
}

/**
 * TRL's `reward`, `reward_std` (mean over groups) and `frac_reward_zero_std`, the share of groups without an advantage;
 * nothing where only advantages are known. Groups of one have no spread to report.
 */
export function rewardMetrics(feed: TokenFeed): Metrics {
  if (!feed.rewards) return {};
  const reward = summarise(feed.rewards).mean;
  if (feed.groupSize === undefined) return { reward };
  const groups = rewardGroups(feed);
  const stds = groups.map((rewards) => (isDead(rewards) ? 0 : summarise(rewards).std));
  return present({
    reward,
    reward_std: feed.groupSize > 1 ? summarise(stds).mean : undefined,
    frac_reward_zero_std: groups.filter(isDead).length / groups.length,
  });
}
