import { describe, expect, it } from "vitest";
import { type AnyValues, initials } from "../schema.ts";
import { mixture } from "../tasks/mixture.ts";
import { sentence } from "../tasks/sentence.ts";
import { SENTIMENT } from "../tasks/style.ts";
import type { Task } from "../tasks/task.ts";
import { preferences } from "./preferences.ts";
import { reportOn, trainRewardModel } from "./rewardModel.ts";

const task = sentence as unknown as Task;
const style = task.style!;
const params: AnyValues = initials(sentence.params);
const OPTIONS = { seed: 1, pairs: 512, noise: 0.5 };
const model = trainRewardModel(task, style, params, OPTIONS);

describe("preferences", () => {
  it("are the same for the same seed, and the held-out ones are others", () => {
    const source = { seed: 1, count: 50, noise: 0.5, set: "training" } as const;
    const once = preferences(task, style, params, source);
    expect(preferences(task, style, params, source)).toEqual(once);
    expect(preferences(task, style, params, { ...source, set: "held-out" })).not.toEqual(once);
    expect(preferences(task, style, params, { ...source, count: 20 })).toEqual(once.slice(0, 20));
  });

  it("compare answers in several styles to the sentences of a mixture too", () => {
    const found = preferences(mixture as unknown as Task, mixture.style!, initials(mixture.params), {
      seed: 1,
      count: 60,
      noise: 0,
      set: "training",
    });
    for (const { problem, first, second, prefersFirst } of found) {
      expect(problem.kind).toBe("sentence");
      const margin = mixture.style!.utility(problem, first) - mixture.style!.utility(problem, second);
      if (margin !== 0) expect(prefersFirst).toBe(margin > 0);
    }
    expect(found.some(({ first }) => first.startsWith("oh!>"))).toBe(true);
  });
});

describe("a reward model", () => {
  it("is a pure function of its data", () => {
    expect(trainRewardModel(task, style, params, OPTIONS).weights).toEqual(model.weights);
  });

  it("foretells held-out preferences nearly as well as the true utility does, and knows how sure to be", () => {
    const { accuracy, ceiling, ece, logLoss, bins, pairs } = model.report;
    expect(ceiling).toBeGreaterThan(0.85);
    expect(accuracy).toBeGreaterThan(ceiling - 0.05);
    expect(accuracy).toBeLessThanOrEqual(1);
    expect(logLoss).toBeLessThan(Math.log(2) / 1.5);
    expect(ece).toBeLessThan(0.05);
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(pairs);
    for (const { count, from, to, predicted } of bins) {
      if (count === 0) continue;
      expect(predicted).toBeGreaterThanOrEqual(from);
      expect(predicted).toBeLessThanOrEqual(to);
    }
  });

  it("learns less from fewer preferences and from a judge with more noise", () => {
    const few = trainRewardModel(task, style, params, { ...OPTIONS, pairs: 16 });
    expect(few.report.accuracy).toBeLessThan(model.report.accuracy);
    const noisy = trainRewardModel(task, style, params, { ...OPTIONS, noise: 5 });
    expect(noisy.report.ceiling).toBeLessThan(model.report.ceiling);
  });

  it("knows which words please, and cannot see a repeat, so that hacking is possible", () => {
    const weight = (name: string) => model.weights[style.featureNames.indexOf(name)]!;
    for (const [word, sentiment] of Object.entries(SENTIMENT))
      expect(Math.sign(weight(word))).toBe(Math.sign(sentiment));
    const problem = { prompt: "dog ", kind: "sentence" };
    const [plain, hacked] = ["hugs top fit owl.", "hugs top top owl."] as const;
    const gap = Math.abs(model.score(problem, plain) - model.score(problem, hacked));
    expect(gap).toBeLessThan(model.std / 2);
    expect(style.utility(problem, hacked)).toBe(style.utility(problem, plain) - 1);
    const loop = `hugs${" top".repeat(6)} owl.`;
    expect(model.score(problem, loop)).toBeGreaterThan(model.score(problem, plain));
    expect(style.utility(problem, loop)).toBeLessThan(style.utility(problem, plain));
  });
});

describe("the report on held-out preferences", () => {
  const problem = { prompt: "", kind: "sentence" };
  const pair = (prefersFirst: boolean, first: string, second: string) => ({ problem, first, second, prefersFirst });
  // Scores are the numbers written in the answers.
  const score = (_: unknown, completion: string) => Number(completion);
  const utility = { utility: () => 0 };

  it("counts by hand: accuracy with ties as half, reliability, expected calibration error", () => {
    const odds = String(Math.log(3)); // σ = 0.75
    const report = reportOn(
      [pair(true, odds, "0"), pair(true, odds, "0"), pair(false, odds, "0"), pair(true, "1", "1")],
      score,
      utility,
    );
    expect(report.accuracy).toBe((1 + 1 + 0 + 0.5) / 4);
    expect(report.ceiling).toBe(0.5);
    expect(report.bins[7]).toMatchObject({ count: 3, observed: 2 / 3 });
    expect(report.bins[7]!.predicted).toBeCloseTo(0.75, 12);
    expect(report.bins[5]).toMatchObject({ count: 1, predicted: 0.5, observed: 1 });
    expect(report.ece).toBeCloseTo((3 * (0.75 - 2 / 3) + 0.5) / 4, 12);
    expect(report.logLoss).toBeCloseTo((-2 * Math.log(0.75) - Math.log(0.25) - Math.log(0.5)) / 4, 12);
  });
});
