import { expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { headlineIn, headlineOf } from "./headline.ts";
import { LESSONS } from "./index.ts";

const parity = parseConfig({ task: "parity", algorithm: "dpo-online" });

test("sampled answers are what a run is about, since greedy ones saturate", () => {
  expect(headlineOf(parity)).toBe("eval/accuracy_sampled");
  const verified = parseConfig({ task: "sentence", algorithm: "grpo" });
  expect(headlineOf(verified)).toBe("eval/accuracy_sampled");
});

test("where a model of somebody's taste rewards, the taste itself is", () => {
  for (const rewardSource of ["model", "mixed"]) {
    expect(headlineOf(parseConfig({ task: "sentence", algorithm: "grpo", rewardSource }))).toBe("eval/gold/mean");
  }
});

test("every arm of a lesson has the metric of the lesson's figure, under any seed; another setting makes it another run", () => {
  for (const { arms, figure, id } of LESSONS) {
    for (const arm of arms) {
      const config = parseConfig({ ...arm.settings, seed: 99 });
      const first = LESSONS.find((one) => one.arms.some(({ settings }) => same(settings, arm.settings)))!;
      expect(headlineOf(config), `${id}: ${arm.id}`).toBe(first.id === id ? figure.metric : first.figure.metric);
    }
  }
  const entropy = LESSONS.find(({ figure }) => figure.metric === "entropy")!;
  expect(headlineOf(parseConfig({ ...entropy.arms[0]!.settings, lr: 0.00123 }))).toBe("eval/accuracy_sampled");
});

const same = (a: object, b: object) =>
  JSON.stringify(parseConfig({ ...a, seed: 1 })) === JSON.stringify(parseConfig({ ...b, seed: 1 }));

test("a run that never measured its headline is told by greedy accuracy, if by anything", () => {
  expect(headlineIn(parity, { "eval/accuracy": 0.5 })).toBe("eval/accuracy");
  expect(headlineIn(parity, { "eval/accuracy": 0.5, "eval/accuracy_sampled": 0.4 })).toBe("eval/accuracy_sampled");
  expect(headlineIn(parity, {})).toBe("eval/accuracy_sampled");
});
