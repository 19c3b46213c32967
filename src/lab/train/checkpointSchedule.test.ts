import fc from "fast-check";
import { expect, test } from "vitest";
import { CheckpointSchedule } from "./checkpointSchedule.ts";

/** A run of steps of `stepMs`: the times and steps at which checkpoints were taken, each of which cost that much. */
function taken(
  stepMs: number,
  costMs: number,
  steps: number,
  storeMs = 0,
): { readonly step: number; readonly at: number }[] {
  const schedule = new CheckpointSchedule(0, 0);
  const all: { step: number; at: number }[] = [];
  let now = 0;
  for (let step = 1; step <= steps; step++) {
    now += stepMs;
    if (!schedule.due(step, now)) continue;
    all.push({ step, at: now });
    now += costMs;
    schedule.taken(step, now, costMs);
    schedule.stored(storeMs, now);
  }
  return all;
}

test("the first checkpoint comes within five seconds, or after the first step that is longer", () => {
  for (const stepMs of [10, 300, 700, 1500, 2400, 4900])
    expect(taken(stepMs, 5, 2000)[0]!.at).toBeLessThanOrEqual(5000);
  expect(taken(8000, 5, 10)[0]).toEqual({ step: 1, at: 8000 });
});

test("cheap checkpoints of steps of a tenth of a second lie at most twenty steps apart", () => {
  const steps = taken(100, 20, 500).map(({ step }) => step);
  for (const [i, step] of steps.entries()) expect(step - (steps[i - 1] ?? 0)).toBeLessThanOrEqual(20);
});

test("steps of seconds are kept every five seconds", () => {
  const times = taken(1000, 10, 100).map(({ at }) => at);
  for (const [i, at] of times.entries()) expect(at - (times[i - 1] ?? 0)).toBeLessThanOrEqual(5100);
});

test("whatever a step and a checkpoint take, checkpoints take at most three percent of the time and 60 ms, the last apart", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 9000, noNaN: true }),
      fc.double({ min: 0, max: 4000, noNaN: true }),
      (ms, cost) => {
        const all = taken(ms, cost, 3000);
        const over = all.findIndex(({ at }, i) => (i - 1) * cost > at * 0.03 + 60 + 1e-6);
        expect(over).toBe(-1);
      },
    ),
    { seed: 1 },
  );
});

test("one checkpoint that came at a bad moment does not put off all that follow", () => {
  const schedule = new CheckpointSchedule(0, 0);
  const steps: number[] = [];
  let now = 0;
  for (let step = 1; step <= 600; step++) {
    now += 10;
    if (!schedule.due(step, now)) continue;
    steps.push(step);
    const costMs = steps.length === 10 ? 60 : 2;
    now += costMs;
    schedule.taken(step, now, costMs);
    schedule.stored(1, now);
  }
  for (const [i, step] of steps.entries()) expect(step - (steps[i - 1] ?? 0)).toBeLessThanOrEqual(20);
});

test("where ten updates are made while one is stored, the next is taken so much earlier that none is further than twenty back", () => {
  const schedule = new CheckpointSchedule(0, 0);
  let stored = 0;
  let storing: { readonly step: number; readonly until: number } | undefined;
  let most = 0;
  for (let step = 1; step <= 500; step++) {
    const now = step * 10;
    if (storing && step >= storing.until) {
      stored = storing.step;
      storing = undefined;
      schedule.stored(5, now);
    }
    if (schedule.due(step, now)) {
      schedule.taken(step, now, 0.1);
      storing = { step, until: step + 10 };
    }
    if (step > 60) most = Math.max(most, step - stored);
  }
  expect(most).toBeLessThanOrEqual(20);
});

test("none is taken while the one before is still being stored", () => {
  const schedule = new CheckpointSchedule(0, 0);
  expect(schedule.due(16, 100)).toBe(true);
  schedule.taken(16, 100, 1);
  expect(schedule.due(60, 60_000)).toBe(false);
  schedule.stored(10, 60_000);
  expect(schedule.due(61, 60_100)).toBe(true);
});

test("nothing is kept twice: without a new step none is due", () => {
  const schedule = new CheckpointSchedule(7, 0);
  expect(schedule.due(7, 1e6)).toBe(false);
});

test("a slow store is at work for at most a quarter of the time", () => {
  const all = taken(5, 0.1, 4000, 100);
  const { at } = all.at(-1)!;
  expect((all.length - 1) * 100).toBeLessThanOrEqual(at / 4 + 500);
  expect(all.length * 100).toBeGreaterThan(at / 5);
});
