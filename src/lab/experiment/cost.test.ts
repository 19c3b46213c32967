import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OBJECTIVES } from "../objectives/index.ts";
import { readRecording } from "../record/recording.ts";
import { TASKS } from "../tasks/index.ts";
import { parseConfig } from "./config.ts";
import { aboutTime, aboutTokens, costOf } from "./cost.ts";

test("the tokens of a recorded run are foreseen within a third", () => {
  const file = new URL("../../../public/studies/chord-mu-countdown.json", import.meta.url);
  const recording = readRecording(JSON.parse(readFileSync(file, "utf8")));
  const { steps, tokens } = costOf(recording.config);
  expect(steps).toBe(recording.table.step);
  const measured = recording.table.valueAt("num_tokens")!;
  expect(tokens / measured).toBeGreaterThan(0.67);
  expect(tokens / measured).toBeLessThan(1.5);
});

test("every algorithm on every task has a cost, and twice the steps cost twice as much", () => {
  for (const { id: task } of TASKS)
    for (const { id: algorithm } of OBJECTIVES) {
      const once = costOf(parseConfig({ task, algorithm, steps: 10 }));
      expect(once.tokens, `${algorithm} on ${task}`).toBeGreaterThan(0);
      expect(costOf(parseConfig({ task, algorithm, steps: 20 })).tokens / once.tokens).toBeCloseTo(2, 3);
    }
});

test("large numbers and times are said in words", () => {
  expect([aboutTokens(940), aboutTokens(472_311), aboutTokens(1_240_000)]).toEqual(["940", "470k", "1.2 M"]);
  expect([3, 38, 70, 130, 7300].map(aboutTime)).toEqual([
    "a few seconds",
    "40 seconds",
    "a minute",
    "2 minutes",
    "2.0 hours",
  ]);
});
