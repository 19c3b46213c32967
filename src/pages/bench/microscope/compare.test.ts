import { expect, test } from "vitest";
import type { TokenRow } from "../../../lab/train/report.ts";
import { contendersFor, weightsUnder, withDefaults } from "./compare.ts";

const clock = { step: 3, totalSteps: 10 };
const row: TokenRow = {
  feed: "demos",
  prompt: "31=",
  tokens: ["1", "3", "<eos>"],
  logp: [Math.log(0.5), Math.log(0.25), Math.log(0.9)],
  entropy: [1, 0.5, 0.1],
  weight: [0.1, 0.1, 0.1],
  views: {},
};
const under = (id: string, of: TokenRow = row, rows = [of]) => weightsUnder(withDefaults(id, 60), of, rows, clock);
const near = (values: readonly number[] | undefined, wanted: readonly number[]) =>
  expect(values!.map((x, n) => Math.abs(x - wanted[n]!) < 1e-9)).toEqual(wanted.map(() => true));

test("the same demonstration under SFT, DFT and CHORD-φ: 1, p and p(1−p), whatever µ is", () => {
  near(under("sft"), [1, 1, 1]);
  near(under("dft"), [0.5, 0.25, 0.9]);
  near(under("chord-phi"), [0.25, 0.1875, 0.09]);
});

test("a rollout under GRPO keeps its advantage, ratio and clip; as a demonstration it is pushed up all the same", () => {
  const own = { ...row, feed: "rollouts", views: { advantage: [-1, -1, -1], ratio: [1, 0.5, 1.1] } };
  // Pushed down: under 1 − ε it is clipped.
  near(under("grpo", own), [-1, 0, -1.1]);
  near(under("sft", own), [1, 1, 1]);
});

test("a pair under DPO and SimPO pushes the sides apart; without a reference DPO has no answer", () => {
  const chosen = { ...row, feed: "onlinePairs/chosen", views: { log_ratio: [0, 0, 0] } };
  const rejected = { ...chosen, feed: "onlinePairs/rejected" };
  const pair = [chosen, rejected];
  // β σ(0) = 0.1 / 2.
  near(under("dpo-offline", chosen, pair), [0.05, 0.05, 0.05]);
  near(under("dpo-offline", rejected, pair), [-0.05, -0.05, -0.05]);
  expect(under("simpo", rejected, pair)!.every((w) => w < 0)).toBe(true);
  const bare = [
    { ...chosen, views: {} },
    { ...rejected, views: {} },
  ];
  expect(weightsUnder(withDefaults("dpo-offline", 60), bare[0]!, bare, clock)).toBeUndefined();
});

test("every contender that is offered has an answer", () => {
  for (const { id } of contendersFor("demos")) expect(under(id), id).toHaveLength(3);
  const own = { ...row, feed: "rollouts", views: { advantage: [1, 1, 1] } };
  for (const { id } of contendersFor("rollouts")) expect(under(id, own), id).toHaveLength(3);
  const chosen = { ...row, feed: "offlinePairs/chosen", views: { log_ratio: [0.1, 0, 0] } };
  const rejected = { ...chosen, feed: "offlinePairs/rejected", logp: [-1, -2, -3] };
  for (const { id } of contendersFor("offlinePairs/chosen"))
    expect(under(id, chosen, [chosen, rejected]), id).toHaveLength(3);
});
