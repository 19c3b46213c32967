import type { Metrics } from "../../metrics.ts";
import { choice, real } from "../../schema.ts";
import { summarise } from "../../statistics.ts";
import type { Explanation, FeedScores, Numbers, TokenContext, TokenFeed, View } from "../objective.ts";
import {
  type AggregationValues,
  clamp,
  FeedError,
  floorLogp,
  overBatch,
  present,
  type Share,
  scored,
  scoredMean,
  tokenScale,
  unpushed,
  vectors,
  WEIGHT_VIEW,
  zeroShare,
} from "./batch.ts";

type AdvantageStd = "group" | "batch" | "none";
type DeadGroups = "count" | "leave-out";

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

interface AdvantageValues {
  readonly advantageStd: AdvantageStd;
  readonly advantageEps: number;
  /** `count` where absent. */
  readonly deadGroups?: DeadGroups;
}

/** Rewards of one group that differ by less than this share of the largest are equal: what is left of rounding. */
const EQUAL = 1e-8;

/** Whether rewards teach nothing: all of them equal but for rounding; a reward alone in its group, where it is 0. */
function isDead(rewards: readonly number[]): boolean {
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
  const small = (rewards: ArrayLike<number>) =>
    unit === 1 ? rewards : Float64Array.from(rewards, (reward) => reward / unit);
  const batchStd = feed.rows > 1 ? summarise(small(feed.rewards!)).std : 1 / unit;
  const eps = values.advantageEps / unit;
  const result = new Float64Array(feed.rows);
  groups.forEach((rewards, g) => {
    const alone = rewards.length === 1;
    const { mean, std } = alone ? { mean: 0, std: 1 / unit } : summarise(small(rewards));
    const divisor = { group: std + eps, batch: batchStd + eps, none: 1 / unit }[values.advantageStd];
    // 0 / 0 with ε = 0 and equal rewards: no advantage.
    if (isDead(rewards) || divisor === 0) return;
    const own = small(rewards);
    for (let i = 0; i < own.length; i++) {
      if (own[i] !== mean) result[g * rewards.length + i] = (own[i]! - mean) / divisor;
    }
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

/* The KL to the reference and the entropy bonus, both beside the policy gradient. */

type KlEstimator = "k1" | "k2" | "k3" | "k3-corrected";
type KlPlace = "loss" | "reward" | "token-reward";

export const regulariserKnobs = {
  klCoef: real(
    0,
    { min: 0, max: 10, log: true },
    {
      label: "KL coefficient",
      help: "How strongly own samples are held to the reference policy; 0 needs no reference.",
      symbol: "\\beta_{\\text{KL}}",
      source: "0 in CHORD and TRL; 0.001 for GRPO in arXiv 2506.21495",
      live: true,
    },
  ),
  klEstimator: choice<KlEstimator>(
    "k3",
    [
      {
        value: "k1",
        label: "k1",
        help: "log π − log π_ref: unbiased value, noisy. In the loss its slope is the same whatever the reference, so it regularises nothing in expectation; it is meant for the reward.",
      },
      { value: "k2", label: "k2", help: "Half its square: Trinity-RFT's default." },
      { value: "k3", label: "k3", help: "exp(−d) + d − 1: never negative; GRPO's and TRL's." },
      {
        value: "k3-corrected",
        label: "k3, importance-corrected",
        help: "k3 times π/π_old: unbiased in value and slope where the samples come from an earlier policy.",
      },
    ],
    {
      label: "KL estimator",
      help: "How the divergence is estimated from the sampled token.",
      source: "Schulman 2020; corrected: TRL use_bias_correction_kl",
    },
  ),
  klIn: choice<KlPlace>(
    "loss",
    [
      { value: "loss", label: "Loss", help: "Added to the loss, with a slope of its own: GRPO." },
      {
        value: "reward",
        label: "Reward of the answer",
        help: "An answer's sum is taken off its reward before the group is compared: verl, TRL's RLOO.",
      },
      {
        value: "token-reward",
        label: "Reward of each token",
        help: "Every token's advantage loses the estimates from it to the end of its answer: PPO, REINFORCE++.",
      },
    ],
    {
      label: "KL in",
      help: "Where the KL to the reference counts: a penalty in the loss, or a part of what is rewarded.",
      source: "loss: GRPO; reward: verl use_kl_in_reward",
    },
  ),
  entropyCoef: real(
    0,
    { min: 0, max: 1, log: true },
    {
      label: "Entropy bonus",
      help: "How much the policy is paid for staying uncertain on its own samples.",
      symbol: "\\beta_H",
      source: "0 in CHORD and TRL",
      live: true,
    },
  ),
};

interface RegulariserValues {
  readonly klCoef: number;
  readonly klEstimator: KlEstimator;
  /** `loss` where absent. */
  readonly klIn?: KlPlace;
  readonly entropyCoef: number;
}

/** Whether the KL is a part of the reward, so that the loss has no term of it. */
function klInReward({ klCoef, klIn = "loss" }: Pick<RegulariserValues, "klCoef" | "klIn">): boolean {
  return klCoef > 0 && klIn !== "loss";
}

/** The values for the reinforcement term of a mix: a KL in the loss and the bonus stand outside it, a KL in the reward within. */
export function withinMix<V extends RegulariserValues>(values: V): V {
  return { ...values, klCoef: klInReward(values) ? values.klCoef : 0, entropyCoef: 0 };
}

/** Largest exponent of k3. */
const LARGEST = 20;

/**
 * The estimate of KL(π ‖ π_ref) from one token and its slope in log π; d = log π − log π_ref. k3 = e^(−d) + d − 1 goes on
 * along its tangent below d = −20, value and slope of one function. Deviation: verl (low_var_kl) and Trinity-RFT clamp d to
 * ±20 and the value to ±10, so that tokens with d under about −2.6 are not held to the reference at all.
 *
 * `k3-corrected` is r · k3 with r = π/π_old, the unbiased estimate where the sample comes from π_old (TRL's
 * use_bias_correction_kl); its slope is r (k3 + k3′), which is r d for d above −20. `ratioMoves` is false where r is clamped.
 */
export function klTerm(
  estimator: KlEstimator,
  d: number,
  ratio = 1,
  ratioMoves = true,
): { readonly value: number; readonly slope: number } {
  if (estimator === "k1") return { value: d, slope: 1 };
  if (estimator === "k2") return { value: 0.5 * d * d, slope: d };
  const e = Math.exp(Math.min(-d, LARGEST));
  const beyond = Math.max(0, -d - LARGEST);
  const value = e * (1 + beyond) + d - 1;
  if (estimator === "k3") return { value, slope: 1 - e };
  return { value: ratio * value, slope: ratio * ((ratioMoves ? value : 0) + 1 - e) };
}

/**
 * Adds klCoef · Σ c_t k(d_t) − entropyCoef · mean H to a loss over own samples, as Trinity-RFT's dp_actor.py: outside any
 * mix, never scaled by 1 − µ. The entropy is a token mean whatever the aggregation. Writes the slope into `dLogp`.
 * @throws {FeedError} when the KL is asked for without refLogp.
 */
export function regularise(
  scores: FeedScores,
  feed: TokenFeed,
  values: RegulariserValues,
  scale: Float64Array,
  dLogp: Float64Array,
): { readonly loss: number; readonly dEntropy: Float64Array | undefined; readonly metrics: Metrics } {
  const metrics: Record<string, number> = {};
  const coef = klInReward(values) ? 0 : values.klCoef;
  const old = feed.oldLogp ?? (scores.frozen ?? scores).logp;
  let loss = 0;
  if (feed.refLogp) {
    const kl = new Float64Array(scale.length); // [B, T]
    for (let i = 0; i < scale.length; i++) {
      if (!scale[i]) continue;
      const logp = floorLogp(scores.logp[i]!);
      const moved = logp - floorLogp(old[i]!);
      const ratio = Math.exp(clamp(moved, -LARGEST, LARGEST));
      const d = logp - floorLogp(feed.refLogp[i]!);
      const { value, slope } = klTerm(values.klEstimator, d, ratio, Math.abs(moved) <= LARGEST);
      loss += coef * scale[i]! * value;
      dLogp[i]! += coef * scale[i]! * slope;
      kl[i] = value;
    }
    const mean = scoredMean(kl, feed.mask);
    if (mean !== undefined) metrics.kl = mean;
  } else if (values.klCoef > 0 && feed.rows > 0) {
    throw new FeedError(
      `refLogp must come with the feed when klCoef is above 0; got klCoef ${values.klCoef} and no refLogp.`,
    );
  }
  const entropy = scoredMean(scores.entropy, feed.mask);
  if (entropy !== undefined) metrics.entropy = entropy;
  if (values.entropyCoef === 0 || entropy === undefined) return { loss, dEntropy: undefined, metrics };
  let count = 0;
  for (let i = 0; i < feed.mask.length; i++) if (feed.mask[i]) count++;
  const dEntropy = Float64Array.from(feed.mask, (m) => (m ? -values.entropyCoef / count : 0));
  return { loss: loss - values.entropyCoef * entropy, dEntropy, metrics };
}

/*
 * The KL to the reference as a part of the reward (verl use_kl_in_reward, TRL's RLOO): β k(d), d = log π_old − log π_ref of
 * the sampled token, held still. Its value changes advantages, and so its gradient is that of the policy-gradient term:
 * E[∇ log π_t · β Σ k1] = ∇ β KL, which k1 in the loss does not give.
 */

/**
 * β k(d_t) [B, T], 0 where nothing is scored; undefined where the KL is no part of the reward.
 * @throws {FeedError} without refLogp
 */
function klPenalty(
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
function lessPerRow(feed: TokenFeed, penalty: Float64Array): TokenFeed {
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
function penaltyToGo(penalty: Float64Array, { rows, length }: TokenFeed): Float64Array {
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

/** The words of what is shown of tokens that a clipped ratio pushes. */
export const CLIPPED_VIEWS = {
  weight: WEIGHT_VIEW,
  ratio: {
    label: "ratio to when it was sampled",
    symbol: "r",
    words: "p / p when sampled",
    scale: "ratio",
    full: 0.3,
    ends: { up: "likelier than when sampled", down: "less likely" },
  },
  clipped: {
    label: "clipped or not",
    symbol: "clipped",
    scale: "size",
    full: 1,
    ends: { up: "clipped: no longer pushed" },
    flag: [
      { cell: "not clipped", account: "no" },
      { cell: "clipped", account: "yes: not pushed" },
    ],
  },
  advantage: {
    label: "advantage A",
    symbol: "A",
    words: "against its group",
    scale: "signed",
    ends: { up: "better than its group", down: "worse" },
  },
} as const satisfies Record<string, View>;

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
    { min: 0, max: 20, step: 0.5, offUpTo: 1 },
    {
      label: "Dual clip",
      help: "A token pushed down stops being pushed once its ratio is over this; 0 turns it off.",
      symbol: "c",
      source: "Trinity-RFT clip_ratio_c 3.0; not in the CHORD paper",
      live: true,
    },
  ),
};

interface ClipValues {
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly dualClip: number;
}

interface PolicyGradient {
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
 * oldLogp the step is strictly on-policy: r = 1, its slope that of π. Where the KL is a part of the reward (below)
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
  const [dLogp, ratio, clipped, advantage, weight] = vectors(5, size); // [B, T] each
  const pushed: Pushed = { dLogp: dLogp!, ratio: ratio!, clipped: clipped!, advantage: advantage!, weight: weight! };
  const sums: Sums = { loss: 0, tokens: 0, low: 0, high: 0, dual: 0, gap: 0 };
  for (let b = 0; b < feed.rows; b++) {
    const row = { from: b * feed.length, to: (b + 1) * feed.length, A: perRow[b]! };
    pushRow(row, { logp: scores.logp, old, mask: scale, counted, toGo }, values, pushed, sums);
  }
  const strength = summarise(absolute(scored(pushed.weight, feed.mask)));
  const mean = (sum: number) => (sums.tokens > 0 ? sum / sums.tokens : undefined);
  const metrics = present({
    ...rewardMetrics(feed),
    policy_loss: sums.loss,
    "clip_ratio/low_mean": mean(sums.low),
    "clip_ratio/high_mean": mean(sums.high),
    "clip_ratio/region_mean": sums.tokens > 0 ? sums.low / sums.tokens + sums.high / sums.tokens : undefined,
    "clip_ratio/dual_mean": mean(sums.dual),
    ppo_kl: mean(sums.gap),
    zero_probability: zeroShare(scores.logp, feed.mask),
    "token_weight/mean": strength.mean,
    "token_weight/max": strength.max,
  });
  const { dLogp: credit, ...views } = pushed;
  return { loss: sums.loss, scale, dLogp: credit, metrics, views };
}

/** What a push says of every token, [B, T] each. */
interface Pushed {
  readonly dLogp: Float64Array;
  readonly ratio: Float64Array;
  readonly clipped: Float64Array;
  readonly advantage: Float64Array;
  readonly weight: Float64Array;
}

/** Over the scored tokens so far. */
interface Sums {
  loss: number;
  tokens: number;
  /** Clipped on either side, capped by the dual clip. */
  low: number;
  high: number;
  dual: number;
  /** log π_old − log π. */
  gap: number;
}

interface PushedTokens {
  readonly logp: Numbers;
  readonly old: Numbers;
  /** 0 where nothing is scored. */
  readonly mask: Numbers;
  readonly counted: Numbers;
  readonly toGo: Numbers | undefined;
}

/** The tokens of one row, whose answer has the advantage A. A function of its own, which an engine compiles once. */
function pushRow(
  { from, to, A: ofRow }: { readonly from: number; readonly to: number; readonly A: number },
  { logp, old, mask, counted, toGo }: PushedTokens,
  { clipLow, clipHigh, dualClip }: ClipValues,
  into: Pushed,
  sums: Sums,
): void {
  for (let i = from; i < to; i++) {
    if (mask[i] === 0) continue;
    const A = ofRow - (toGo ? toGo[i]! : 0);
    const difference = floorLogp(logp[i]!) - floorLogp(old[i]!);
    const r = Math.exp(clamp(difference, -20, 20));
    const free = -r * A;
    const bound = -clamp(r, 1 - clipLow, 1 + clipHigh) * A;
    const cap = A < 0 && dualClip > 0 ? -dualClip * A : Number.POSITIVE_INFINITY;
    const isClipped = bound > free;
    const isDual = Math.max(free, bound) > cap;
    const isPushed = !isClipped && !isDual && Math.abs(difference) <= 20;
    sums.loss += counted[i]! * Math.min(cap, Math.max(free, bound));
    into.dLogp[i] = isPushed ? counted[i]! * free : 0;
    into.ratio[i] = r;
    into.advantage[i] = A;
    into.clipped[i] = isClipped || isDual ? 1 : 0;
    into.weight[i] = isPushed ? -free : 0;
    sums.tokens++;
    if (isClipped && A < 0) sums.low++;
    if (isClipped && A > 0) sums.high++;
    if (isDual) sums.dual++;
    sums.gap -= difference;
  }
}

/** The values without their signs, in place. */
function absolute(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]!);
  return values;
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

/**
 * The feed without the scored tokens of groups in which no answer has an advantage, and without their rows in means over answers.
 * @throws {FeedError} where nobody said what the groups are: an advantage of 0 alone makes no group dead.
 */
function withoutDead(feed: TokenFeed, perRow: Float64Array): TokenFeed & { readonly skipped: number } {
  const { groupSize, length } = feed;
  if (groupSize === undefined)
    throw new FeedError("rollouts must carry groupSize beside advantages where deadGroups is leave-out, got none.");
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
