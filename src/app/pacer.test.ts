import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPacer } from "./pacer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
