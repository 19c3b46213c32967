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

test("whatever a step and a checkpoint take, checkpoints take at most two percent of the time and 60 ms, the first three apart", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 9000, noNaN: true }),
      fc.double({ min: 0, max: 4000, noNaN: true }),
      (ms, cost) => {
        const all = taken(ms, cost, 3000);
        const over = all.findIndex(({ at }, i) => (i - 3) * cost > at * 0.02 + 60 + 1e-6);
        expect(over).toBe(-1);
      },
    ),
    { seed: 1 },
  );
});

test("checkpoints that come at bad moments of a busy machine, two of three even, do not put off all that follow", () => {
  const schedule = new CheckpointSchedule(0, 0);
  let [now, last, taken] = [0, 0, 0];
  for (let step = 1; step <= 2000; step++) {
    now += 10;
    if (!schedule.due(step, now)) continue;
    expect(step - last).toBeLessThanOrEqual(20);
    last = step;
    const costMs = taken < 2 ? 300 : taken % 3 === 2 ? 2 : 30;
    taken++;
    now += costMs;
    schedule.taken(step, now, costMs);
    schedule.stored(1, now);
  }
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

/** A run of steps of `stepMs` beside a store that takes `storeMs()` for each: how far it ever was past the stored one, and how long it took. */
function besideStore(stepMs: number, storeMs: () => number, steps: number) {
  const schedule = new CheckpointSchedule(0, 0);
  const storing: { readonly step: number; readonly began: number; readonly until: number }[] = [];
  let [now, kept, most] = [0, 0, 0];
  let isBehind = false;
  const hear = () => {
    for (const one = storing[0]; one && one.until <= now && storing.shift(); kept = one.step)
      schedule.stored(one.until - one.began, now);
  };
  for (let step = 1; step <= steps; step++) {
    now += stepMs;
    hear();
    most = Math.max(most, step - kept);
    if (schedule.due(step, now)) {
      schedule.taken(step, now, 0.01);
      storing.push({ step, began: now, until: now + storeMs() });
    }
    while (schedule.waits(now)) {
      now += 1;
      hear();
    }
    isBehind ||= schedule.isBehind;
  }
  return { most, ms: now, isBehind };
}

test("a run is never more than twenty steps past what is stored, where its store takes ten steps for each and once four seconds", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 300, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0, max: 3900, noNaN: true }),
      (stepMs, answers, once) => {
        let asked = 0;
        const storeMs = () => (asked++ === 9 ? once : answers[asked % answers.length]! * 10 * stepMs);
        const { most, isBehind } = besideStore(stepMs, storeMs, 300);
        expect(most).toBeLessThanOrEqual(20);
        expect(isBehind).toBe(false);
      },
    ),
    { seed: 1 },
  );
});

test("a store that takes as long as ten steps is hardly waited for, a slower one for a quarter of the time and four seconds at most", () => {
  expect(besideStore(10, () => 95, 1000).ms).toBeLessThan(1.02 * 10_000);
  for (const storeMs of [150, 300, 1000, 3000, 8000]) {
    const { most, ms, isBehind } = besideStore(10, () => storeMs, 5000);
    expect(ms).toBeLessThan((1.01 * (50_000 + 4000)) / 0.75);
    expect(isBehind).toBe(most > 20);
    if (storeMs >= 300) expect(isBehind).toBe(true);
  }
});

test("where the budget put a checkpoint off, a run may come as far past that one", () => {
  const schedule = new CheckpointSchedule(0, 0);
  for (const step of [16, 32, 48]) {
    expect(schedule.due(step, step * 10)).toBe(true);
    schedule.taken(step, step * 10, 100);
    schedule.stored(1, step * 10 + 1);
  }
  expect(schedule.due(64, 640)).toBe(false);
  expect(schedule.due(1600, 16_000)).toBe(true);
  schedule.taken(1600, 16_000, 1);
  expect(schedule.waits(16_000)).toBe(false);
  schedule.due(1619, 16_190);
  expect(schedule.waits(16_190)).toBe(false);
  schedule.due(1620, 16_200);
  expect(schedule.waits(16_200)).toBe(true);
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

/** A run of steps of 10 ms after step `at`, while a store has the checkpoint of step 16, and a pause of ten minutes since. */
function pausedWhileStoring(at: number) {
  const schedule = new CheckpointSchedule(0, 0);
  const pauseMs = 600_000;
  let now = 0;
  for (let step = 1; step <= at; step++) {
    now += 10;
    if (schedule.due(step, now)) schedule.taken(step, now, 1);
    schedule.waits(now);
  }
  now += pauseMs;
  return { schedule, now, pauseMs };
}

test("a pause of the machine is no wait for the store", () => {
  const { schedule, now } = pausedWhileStoring(20);
  expect(schedule.waits(now)).toBe(true);
  expect(schedule.waits(now + 10)).toBe(true);
});

test("a pause while a checkpoint is stored neither puts the next one off nor makes the store a slow one", () => {
  const { schedule, now, pauseMs } = pausedWhileStoring(18);
  schedule.stored(pauseMs + 20, now);
  expect(schedule.due(32, now + 140)).toBe(true);
  schedule.taken(32, now + 140, 1);
  schedule.due(36, now + 180);
  expect(schedule.waits(now + 180)).toBe(true);
});

test("a page that alone stood still puts checkpoints off for half a minute at most", () => {
  const { schedule, now: began } = pausedWhileStoring(18);
  let now = began;
  for (let step = 19; step < 70_000; step++) {
    now += 10;
    schedule.due(step, now);
    schedule.waits(now);
  }
  schedule.stored(now - began, now);
  expect(schedule.due(70_000, now + 29_000)).toBe(false);
  expect(schedule.due(70_001, now + 30_010)).toBe(true);
});

test("a slow store of a run whose steps are as slow keeps it from nothing: it is not behind", () => {
  expect(besideStore(10_000, () => 5000, 50)).toMatchObject({ isBehind: false });
  const schedule = new CheckpointSchedule(0, 0);
  schedule.due(4, 4000);
  schedule.taken(4, 4000, 1);
  for (let step = 5; step <= 10; step++) schedule.due(step, step * 1000);
  schedule.stored(6000, 10_000);
  expect(schedule.isBehind).toBe(false);
  schedule.due(24, 24_000);
  expect(schedule.isBehind).toBe(false);
  schedule.due(25, 25_000);
  expect(schedule.isBehind).toBe(true);
});
