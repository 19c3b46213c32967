import { expect, test } from "vitest";
import { parseConfig } from "../../../lab/experiment/config.ts";
import { LESSONS } from "../../../lab/lessons/index.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { leadingOf, leadsOf } from "./leading.ts";

const THERE: readonly Panel[] = ["accuracy", "reward", "loss", "entropy", "mu", "tokens"];

test("the chart of the headline leads, beside the one that the algorithm is watched by", () => {
  expect(leadsOf(parseConfig({ task: "parity", algorithm: "grpo" })).slice(0, 2)).toEqual(["accuracy", "entropy"]);
  expect(leadsOf(parseConfig({ task: "parity", algorithm: "sft" })).slice(0, 2)).toEqual(["accuracy", "loss"]);
  const praised = parseConfig({ task: "sentence", algorithm: "grpo", rewardSource: "model" });
  expect(leadsOf(praised).slice(0, 2)).toEqual(["reward", "entropy"]);
});

test("an arm of a lesson leads with the lesson's figure, under any seed", () => {
  const entropy = LESSONS.find(({ figure }) => figure.metric === "entropy")!;
  expect(leadsOf(parseConfig({ ...entropy.arms[0]!.settings, seed: 7 }))[0]).toBe("entropy");
});

test("the reader's choice comes before a link's, a link's before the experiment's, and nothing leads that is not there", () => {
  const own = leadsOf(parseConfig({ task: "parity", algorithm: "dpo-online" }));
  expect(leadingOf(THERE, [], [], own)).toEqual(["accuracy", "reward"]);
  expect(leadingOf(THERE, [], ["mu", "loss", "own"], own)).toEqual(["mu", "loss"]);
  expect(leadingOf(THERE, ["tokens"], ["mu", "loss"], own)).toEqual(["tokens", "mu"]);
  expect(leadingOf(["loss"], ["tokens"], [], own)).toEqual(["loss"]);
});
