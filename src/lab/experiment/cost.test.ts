import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configOf, PRESETS } from "../lessons/presets.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import { parameterCount, SIZES } from "../policy/shape.ts";
import { readRecording } from "../record/recording.ts";
import { dataSetOf } from "../tasks/dataSet.ts";
import { knowData, TASKS } from "../tasks/index.ts";
import { knowModel } from "../tasks/models.ts";
import { parseConfig, withSettings } from "./config.ts";
import { aboutTokens, costOf } from "./cost.ts";
import { aboutTime, demandOf, excessOf, longestCallOf, updateOf } from "./demand.ts";

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

const GIB = 2 ** 30;

test("no preset is asked about twice, and a hundred hours or gigabytes are, with a smaller offer that is not", () => {
  for (const preset of PRESETS) expect(excessOf(configOf(preset)), preset.id).toBeUndefined();
  const hours = parseConfig({
    algorithm: "grpo",
    start: "random",
    size: "base",
    prompts: 256,
    groupSize: 32,
    steps: 10_000,
  });
  const wide = parseConfig({ task: "parity", algorithm: "grpo", prompts: 256, groupSize: 32, steps: 60 });
  for (const config of [hours, wide]) {
    const excess = excessOf(config)!;
    expect(excess.words).toMatch(/(hours|minutes) on two processor cores and up to [\d.e+]+ GB of memory$/);
    expect(excessOf(withSettings(config, excess.smaller!))).toBeUndefined();
  }
  expect(demandOf(hours).seconds).toBeGreaterThan(100 * 3600);
  // 4.6 GB were measured for these rows.
  expect(demandOf(wide).bytes / GIB).toBeGreaterThan(3.5);
  expect(demandOf(wide).bytes / GIB).toBeLessThan(6);
  expect(demandOf(wide).work).toBe(GIB);
  expect(excessOf(wide)!.words).toMatch(/^updates of [\d.]+ GB in micro-batches, .* up to 1\.1 GB of memory$/);
});

test("an update is foreseen with what its micro-batches keep of all tokens", () => {
  const more = { task: "stories", start: "random", size: "base", prompts: 256, groupSize: 32 };
  const config = parseConfig({ algorithm: "grpo", ...more });
  const { rows, length } = updateOf(config);
  const kept = rows * length * 4 * (SIZES.base.width + 1);
  expect(kept).toBeGreaterThan(GIB / 2);
  expect(demandOf(config).work).toBe(GIB / 2 + kept);
});

test("a run holds the copies of its weights that its objective compares with", () => {
  const heldBy = (algorithm: string, more = {}) => {
    const config = parseConfig({ algorithm, size: "tiny", start: "random", ...more });
    return demandOf(config).held / demandOf(parseConfig({ algorithm: "sft", size: "tiny", start: "random" })).held;
  };
  // Weights, gradient, two moments and the start; semi-online pairs are written by a copy that lags.
  expect(heldBy("grpo")).toBe(1);
  expect(heldBy("dpo-online", { syncEvery: 10 })).toBeCloseTo(6 / 5);
});

test("ten thousand steps of a preset's size are not asked about twice", () => {
  const long = parseConfig({ algorithm: "chord-mu", steps: 10_000 });
  expect(demandOf(long).bytes).toBeLessThan(GIB);
  expect(excessOf(long)).toBeUndefined();
});

test("a reward checkpoint counts with its parameters, for the answers that it reads and the memory that it takes", () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
  const { id: task } = knowData(dataSetOf(rows));
  const judge = { hash: "00112233445566ee", name: "judge", tokenizer: "BPE", notes: [], scores: true } as const;
  const shape = { ...SIZES.base, width: 1024, heads: 16, kvHeads: 16, hidden: 4096, layers: 12 };
  knowModel({ ...judge, shape });
  const plain = { task, algorithm: "grpo", start: "random", size: "nano", steps: 1000 };
  const alone = parseConfig(plain);
  const judged = parseConfig({ ...plain, checkpointWeight: 1, rewardCheckpoint: judge.hash });
  expect(demandOf(judged).held - demandOf(alone).held).toBe(8 * parameterCount(shape));
  expect(demandOf(judged).seconds).toBeGreaterThan(100 * demandOf(alone).seconds);
  expect(longestCallOf(judged)).toBeGreaterThan(longestCallOf(alone));
  expect([excessOf(alone), excessOf(judged)?.words]).toEqual([undefined, expect.stringContaining("hours")]);
});
