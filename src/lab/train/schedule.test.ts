import { expect, it } from "vitest";
import vectors from "../objectives/vectors/dpo.json" with { type: "json" };
import { initials } from "../schema.ts";
import { OPTIMIZER } from "../settings.ts";
import { learningRate, syncDue } from "./schedule.ts";

const settings = { ...initials(OPTIMIZER), lr: 1, steps: 100, warmupSteps: 20 };

it("climbs linearly to the top at the last warm-up step and stays there", () => {
  expect(learningRate(1, settings)).toBe(1 / 20);
  expect(learningRate(20, settings)).toBe(1);
  expect(learningRate(100, settings)).toBe(1);
  expect(learningRate(1, { ...settings, warmupSteps: 0 })).toBe(1);
});

it("falls along a half cosine to a tenth at the last step", () => {
  const cosine = { ...settings, lrSchedule: "cosine" as const };
  expect(learningRate(60, cosine)).toBeCloseTo(0.55, 12);
  expect(learningRate(100, cosine)).toBeCloseTo(0.1, 12);
});

it("refreshes the generator before the same steps as the reference schedules, which count from 0", () => {
  for (const { s, steps, sync_before_step } of vectors.generator_sync) {
    const syncEvery = typeof s === "number" ? s : 0;
    const due = Array.from({ length: steps }, (_, index) => index).filter((index) => syncDue(index + 1, syncEvery));
    expect(due).toEqual(sync_before_step);
  }
});
