import { expect, test } from "vitest";
import { initials } from "../../schema.ts";
import vectors from "../vectors/chord.json" with { type: "json" };
import { type MuValues, muAt, muKnobs } from "./mix.ts";

const base: MuValues = initials(muKnobs(0.9, 0.05, 0, 200, ""));

test.each(vectors.mu_schedule.map((v) => [v.name, v] as const))("µ follows Trinity's schedule: %s", (_name, vector) => {
  const values = {
    ...base,
    muPeak: vector.mu_peak,
    muValley: vector.mu_valley,
    muWarmupSteps: vector.mu_warmup_steps,
    muDecaySteps: vector.mu_decay_steps,
  };
  vector.steps.forEach((step, i) => {
    expect(muAt(step, values)).toBeCloseTo(vector.mu[i]!, 12);
  });
});

test("a warm-up without a decay ramps to just below the peak and drops to the valley", () => {
  const values = { ...base, muWarmupSteps: 4, muDecaySteps: 0, muPeak: 0.8, muValley: 0.1 };
  expect([0, 1, 3, 4, 5].map((step) => muAt(step, values))).toEqual(
    [0, 0.2, 0.8 * 0.75, 0.1, 0.1].map((x) => expect.closeTo(x, 12)),
  );
});

test("a fixed µ is the peak at every step", () => {
  const values = { ...base, muSchedule: "fixed", muPeak: 0.3 } as const;
  expect([0, 1, 500].map((step) => muAt(step, values))).toEqual([0.3, 0.3, 0.3]);
});

test("an adaptive µ is τ minus the mean reward, within 0 and 1", () => {
  const values = { ...base, muSchedule: "adaptive", muTau: 0.7 } as const;
  expect(muAt(9, values, 0.2)).toBeCloseTo(0.5, 12);
  expect(muAt(9, values, 0.9)).toBe(0);
  expect(muAt(9, values, -1)).toBe(1);
});

test("SFT then RL is 1 through the switch step and 0 after it", () => {
  const values = { ...base, muSchedule: "sft-then-rl", muSwitchStep: 2 } as const;
  expect([1, 2, 3, 4].map((step) => muAt(step, values))).toEqual([1, 1, 0, 0]);
});

test("interleaving has one update on the expert in each period", () => {
  const values = { ...base, muSchedule: "interleave", muPeriod: 3 } as const;
  expect([1, 2, 3, 4, 5, 6].map((step) => muAt(step, values))).toEqual([0, 0, 1, 0, 0, 1]);
});
