import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPacer } from "./pacer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("subscribers are told one at a time, each at most once in its interval, and the last news always arrives", () => {
  const pacer = createPacer({ everyMs: 250, gapMs: 16 });
  const told: [string, number][] = [];
  const start = performance.now();
  for (const name of ["a", "b", "c"]) pacer.subscribe(() => told.push([name, performance.now() - start]));

  for (let i = 0; i < 100; i++) {
    pacer.notify();
    vi.advanceTimersByTime(10);
  }
  const times = told.map(([, at]) => at);
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(10);
  for (const name of ["a", "b", "c"]) {
    const own = told.filter(([who]) => who === name).map(([, at]) => at);
    expect(own.length).toBeGreaterThanOrEqual(3);
    expect(own.length).toBeLessThanOrEqual(5);
    for (let i = 1; i < own.length; i++) expect(own[i]! - own[i - 1]!).toBeGreaterThanOrEqual(250);
  }

  told.length = 0;
  pacer.notify();
  vi.advanceTimersByTime(1000);
  expect(told.map(([name]) => name).sort()).toEqual(["a", "b", "c"]);
});

test("whatever drawing costs, it takes its share of the time and no more", () => {
  const pacer = createPacer({ everyMs: 100, gapMs: 4, rest: 4 });
  // Time that passes within a task: no timer runs meanwhile.
  let passed = 0;
  const clock = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => clock() + passed);
  let busy = 0;
  const costs = [20, 5, 10];
  const told = costs.map(() => 0);
  costs.forEach((cost, index) => {
    pacer.subscribe(() => {
      told[index]!++;
      busy += cost;
      passed += cost;
    });
  });
  const start = performance.now();
  while (performance.now() - start < 5000) {
    pacer.notify();
    vi.advanceTimersByTime(10);
  }
  const share = busy / (performance.now() - start);
  expect(share).toBeLessThanOrEqual(0.21);
  expect(share).toBeGreaterThan(0.1);
  for (const times of told) expect(times).toBeGreaterThan(10);
});

test("who left is not told, and nobody is told when nothing is new", () => {
  const pacer = createPacer();
  const told: string[] = [];
  const leave = pacer.subscribe(() => told.push("gone"));
  pacer.subscribe(() => told.push("here"));
  leave();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  pacer.notify();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(["here"]);
});

test("who is waited for is told at once whatever the rhythm, still one at a time, and the rhythm goes on afterwards", () => {
  const pacer = createPacer({ everyMs: 500, gapMs: 4 });
  const told: [string, number][] = [];
  const start = performance.now();
  for (const name of ["a", "b", "c"]) pacer.subscribe(() => told.push([name, performance.now() - start]));
  pacer.notify();
  vi.advanceTimersByTime(100);
  told.length = 0;
  pacer.hurry();
  expect(told).toEqual([]);
  // A slider in motion.
  for (let n = 0; n < 8; n++) {
    vi.advanceTimersByTime(8);
    if (n === 0) pacer.hurry();
  }
  expect(told.map(([name]) => name)).toEqual(["a", "b", "c"]);
  expect(new Set(told.map(([, at]) => at)).size).toBe(3);
  told.length = 0;
  pacer.notify();
  vi.advanceTimersByTime(400);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(told).toHaveLength(3);
});
