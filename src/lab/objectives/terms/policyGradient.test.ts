import { expect, test } from "vitest";
import { advantages } from "./advantage.ts";
import { klTerm } from "./kl.ts";
import { policyGradient } from "./policyGradient.ts";
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
