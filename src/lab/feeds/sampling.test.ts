import { expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import type { CollectContext } from "./batch.ts";
import { problemsOf } from "./sampling.ts";

/** Kinds of 400 problems asked with these settings; the policy is not asked. */
function kindsOf(settings: FlatConfig, step = 1) {
  const config = parseConfig({ algorithm: "grpo", seed: 4, ...settings });
  const context = { task: taskById(config.task), config } as Pick<CollectContext, "task" | "config">;
  return problemsOf(context, 400, step).map(({ kind }) => kind);
}
const share = (kinds: readonly string[], kind: string) => kinds.filter((one) => one === kind).length / kinds.length;

it("asks kinds in proportion to their weights, and never one of weight 0", () => {
  expect(share(kindsOf({ task: "duo", weightSort: 0 }), "parity")).toBe(1);
  expect(share(kindsOf({ task: "duo", weightSort: 0.25, weightParity: 0.75 }), "parity")).toBeCloseTo(0.75, 1);
  const three = kindsOf({ task: "mixture", weightSort: 0.2, weightCountdown: 0 });
  expect(new Set(three)).toEqual(new Set(["sort", "addition"]));
  expect(share(three, "sort")).toBeCloseTo(1 / 6, 1);
});

it("asks as the task itself does where all weights are alike, 0 included", () => {
  const usual = kindsOf({ task: "duo" });
  expect(share(usual, "sort")).toBeCloseTo(0.5, 1);
  for (const weight of [0, 0.3])
    expect(kindsOf({ task: "duo", weightSort: weight, weightParity: weight })).toEqual(usual);
});

it("asks only kinds that the task trains on, whatever the weights of the others", () => {
  expect(new Set(kindsOf({ task: "mixture", focus: "sort", weightSort: 0.5 }))).toEqual(new Set(["sort"]));
  expect(new Set(kindsOf({ task: "mixture", weightSentence: 0.9 })).has("sentence")).toBe(false);
});
