import { expect, test } from "vitest";
import { advantages, klTerm, policyGradient } from "./policyGradient.ts";
import { near } from "./testNear.ts";

const feed = { rows: 4, length: 1, mask: Float64Array.of(1, 1, 1, 1), groupSize: 2 };
const GROUP = { advantageStd: "group", advantageEps: 0 } as const;

test("advantages by hand: group mean off, then by the group's, the batch's or no spread", () => {
  const rewarded = { ...feed, rewards: Float64Array.of(3, 1, 1, 0) };
  // Group means 2 and ½; group stds √2 and √½; the batch's squares about 1.25 sum to 4.75 over 3.
  near([...advantages(rewarded, GROUP)], [Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2]);
  near([...advantages(rewarded, { ...GROUP, advantageStd: "none" })], [1, -1, 0.5, -0.5]);
  const std = Math.sqrt(4.75 / 3);
  near([...advantages(rewarded, { ...GROUP, advantageStd: "batch" })], [1 / std, -1 / std, 0.5 / std, -0.5 / std]);
});

test("rewards that are equal but not exact in binary have no advantage at all", () => {
  const equal = { ...feed, rewards: Float64Array.of(0.1, 0.1, 0.1, 0.1), groupSize: 4 };
  expect([...advantages(equal, { ...GROUP, advantageEps: 1e-6 })]).toEqual([0, 0, 0, 0]);
});

test("GRPO by hand: one token clipped above, one free, one clipped below, one at the dual clip", () => {
  const given = { ...feed, oldLogp: new Float64Array(4), advantages: Float64Array.of(1, 1, -1, -1) };
  const scores = { logp: Float64Array.of(1.5, 1.1, 0.5, 4).map(Math.log), entropy: new Float64Array(4), vocabSize: 2 };
  const values = {
    ...GROUP,
    aggregation: "token-mean",
    aggregationNorm: 0,
    clipLow: 0.2,
    clipHigh: 0.28,
    dualClip: 3,
  } as const;
  const { loss, dLogp, metrics, views } = policyGradient(scores, given, values);
  near(loss, (-1.28 - 1.1 + 0.8 + 3) / 4);
  near([...dLogp], [0, -1.1 / 4, 0, 0]);
  near([...views.clipped!], [1, 0, 1, 1]);
  expect(metrics).toMatchObject({
    "clip_ratio/high_mean": 0.25,
    "clip_ratio/low_mean": 0.25,
    "clip_ratio/dual_mean": 0.25,
  });
  // Without the dual clip the last token is pushed down with its whole ratio.
  near([...policyGradient(scores, given, { ...values, dualClip: 0 }).dLogp], [0, -1.1 / 4, 0, 1]);
});

test("the ratio is held within exp(±20), and a token beyond is not pushed", () => {
  const given = { ...feed, oldLogp: new Float64Array(4), advantages: Float64Array.of(-1, -1, -1, -1) };
  const scores = { logp: Float64Array.of(30, 0, 0, 0), entropy: new Float64Array(4), vocabSize: 2 };
  const values = {
    ...GROUP,
    aggregation: "sequence-mean-token-sum",
    aggregationNorm: 0,
    clipLow: 0.2,
    clipHigh: 0.2,
    dualClip: 0,
  } as const;
  const { loss, dLogp } = policyGradient(scores, given, values);
  near(loss, (Math.exp(20) + 3) / 4);
  near([...dLogp], [0, 0.25, 0.25, 0.25]);
});

test("the three KL estimators by hand at d = log 2, and k3 without overflow", () => {
  near(Object.values(klTerm("k1", Math.LN2)), [Math.LN2, 1]);
  near(Object.values(klTerm("k2", Math.LN2)), [Math.LN2 ** 2 / 2, Math.LN2]);
  near(Object.values(klTerm("k3", Math.LN2)), [0.5 + Math.LN2 - 1, 0.5]);
  expect(Object.values(klTerm("k3", -800)).every(Number.isFinite)).toBe(true);
});

test("k3 goes on along its tangent below d = −20: its slope is that of its value", () => {
  for (const d of [-19.9, -20.5, -25, -700]) {
    const difference = (klTerm("k3", d + 1e-4).value - klTerm("k3", d - 1e-4).value) / 2e-4;
    near(klTerm("k3", d).slope, difference, 1e-6);
  }
  // e^20 (1 + 5) − 25 − 1
  near(klTerm("k3", -25).value, 6 * Math.exp(20) - 26);
});

test("k3 corrected by the ratio: r k3 with the slope r d; where the ratio is clamped, its own slope is 0", () => {
  // d = ln 2, r = 3: k3 = ½ + ln 2 − 1
  near(Object.values(klTerm("k3-corrected", Math.LN2, 3)), [3 * (Math.LN2 - 0.5), 3 * Math.LN2]);
  near(Object.values(klTerm("k3-corrected", Math.LN2, 3, false)), [3 * (Math.LN2 - 0.5), 1.5]);
});

const VALUES = {
  ...GROUP,
  advantageStd: "none",
  aggregation: "token-mean",
  aggregationNorm: 0,
  clipLow: 0.2,
  clipHigh: 0.2,
  dualClip: 0,
} as const;
const flat = (values: readonly number[]) => ({
  logp: Float64Array.from(values),
  entropy: new Float64Array(values.length),
  vocabSize: 2,
});

test("a group of equal rewards shrinks the step, or is left out of what the loss is divided by", () => {
  const rewarded = { ...feed, rewards: Float64Array.of(1, 0, 1, 1), refLogp: new Float64Array(4) };
  const scores = flat([-1, -1, -1, -1]);
  // A = ½, −½, 0, 0; r = 1; the mean is over four tokens, or over two.
  near([...policyGradient(scores, rewarded, VALUES).dLogp], [-0.125, 0.125, 0, 0]);
  const left = policyGradient(scores, rewarded, { ...VALUES, deadGroups: "leave-out" });
  near([...left.dLogp], [-0.25, 0.25, 0, 0]);
  // Terms beside the policy's own still reach every token.
  near([...left.scale], [0.25, 0.25, 0.25, 0.25]);
  for (const aggregation of ["sequence-mean-token-mean", "sequence-mean-token-sum", "dr-grpo"] as const)
    near(
      [...policyGradient(scores, rewarded, { ...VALUES, aggregation, deadGroups: "leave-out" }).dLogp],
      [-0.25, 0.25, 0, 0],
    );
  const none = { ...rewarded, rewards: Float64Array.of(1, 1, 0, 0) };
  expect([...policyGradient(scores, none, { ...VALUES, deadGroups: "leave-out" }).dLogp].map(Math.abs)).toEqual([
    0, 0, 0, 0,
  ]);
});

test("the KL in the reward: an answer's sum before the group is compared, or what is still to come of each token", () => {
  const given = {
    rows: 2,
    length: 2,
    mask: Float64Array.of(1, 1, 1, 0),
    groupSize: 2,
    rewards: Float64Array.of(1, 0),
    refLogp: Float64Array.of(-2, -2.5, -1, 0),
  };
  const scores = flat([-1, -2, -3, 0]);
  const kl = { klCoef: 0.5, klEstimator: "k1" } as const;
  // k1: 1, ½ | −2. Rewards 1 − ¾ and 0 + 1, their mean 0.625.
  const whole = policyGradient(scores, given, { ...VALUES, ...kl, klIn: "reward" });
  near([...whole.dLogp], [0.375 / 3, 0.375 / 3, -0.375 / 3, 0]);
  // A = ½, −½; less ¾, ¼ | −1.
  const each = policyGradient(scores, given, { ...VALUES, ...kl, klIn: "token-reward" });
  near([...each.dLogp], [0.25 / 3, -0.25 / 3, -0.5 / 3, 0]);
  // In the loss it is no part of the advantage.
  near([...policyGradient(scores, given, { ...VALUES, ...kl, klIn: "loss" }).dLogp], [-0.5 / 3, -0.5 / 3, 0.5 / 3, 0]);
  expect(() => policyGradient(scores, { ...given, refLogp: undefined }, { ...VALUES, ...kl, klIn: "reward" })).toThrow(
    /refLogp must come with the feed when klCoef is above 0; got klCoef 0.5/,
  );
});

test("what is left of rounding is no spread, and rewards near the largest number keep theirs", () => {
  const of = (...rewards: number[]) => [
    ...advantages({ ...feed, rows: 2, groupSize: 2, rewards: Float64Array.from(rewards) }, GROUP),
  ];
  expect(of(0.1 + 0.2, 0.3)).toEqual([0, 0]);
  near(of(0.3 + 1e-7, 0.3), [Math.SQRT1_2, -Math.SQRT1_2]);
  near(of(1e308, -1e308), [Math.SQRT1_2, -Math.SQRT1_2]);
  near(of(1.7e308, -1.7e308), [Math.SQRT1_2, -Math.SQRT1_2]);
  near(of(1e-200, -1e-200), [Math.SQRT1_2, -Math.SQRT1_2]);
});

test("a reward alone in its group is its advantage, and such a group is without a signal where the reward is 0", () => {
  const alone = { ...feed, groupSize: 1, rewards: Float64Array.of(0.5, 0, 2, -1) };
  near([...advantages(alone, GROUP)], [0.5, 0, 2, -1]);
  const { metrics } = policyGradient(flat([-1, -1, -1, -1]), alone, VALUES);
  expect(metrics).toMatchObject({ reward: 0.375, frac_reward_zero_std: 0.25 });
  expect(metrics).not.toHaveProperty("reward_std");
});
