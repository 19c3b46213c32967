import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPacer } from "./pacer.ts";

/** Time that passed within tasks: no timer runs meanwhile. */
let passed = 0;

beforeEach(() => {
  vi.useFakeTimers();
  passed = 0;
  const clock = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => clock() + passed);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Told = [name: string, at: number][];

/** Draws for so long, and writes down when. */
function drawing(told: Told, name: string, cost = 0): () => boolean {
  const start = performance.now();
  return () => {
    told.push([name, performance.now() - start]);
    passed += cost;
    return true;
  };
}

const timesOf = (told: Told, name: string) => told.filter(([who]) => who === name).map(([, at]) => at);

test("each subscriber is told at most once in its interval, and the last news always arrives", () => {
  const pacer = createPacer({ everyMs: 250, gapMs: 16 });
  const told: Told = [];
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) pacer.subscribe(drawing(told, name));
  for (let i = 0; i < 100; i++) {
    pacer.notify();
    vi.advanceTimersByTime(10);
  }
  for (const name of names) {
    const own = timesOf(told, name);
    expect(own.length).toBeGreaterThanOrEqual(3);
    expect(own.length).toBeLessThanOrEqual(5);
    for (let i = 1; i < own.length; i++) expect(own[i]! - own[i - 1]!).toBeGreaterThanOrEqual(250);
  }

  told.length = 0;
  pacer.notify();
  vi.advanceTimersByTime(1000);
  expect(told.map(([name]) => name).sort()).toEqual(names);
});

test("cheap drawings share a turn, three at most, and costly ones have one each", () => {
  const most = (cost: number) => {
    const pacer = createPacer({ everyMs: 100, turnMs: 12 });
    const told: Told = [];
    for (let n = 0; n < 7; n++) pacer.subscribe(drawing(told, `chart ${n}`, cost));
    let tasks: number[] = [];
    for (let i = 0; i < 2000; i++) {
      pacer.notify();
      const before = told.length;
      vi.advanceTimersByTime(1);
      if (told.length > before) tasks.push(told.length - before);
    }
    // Until it is known what they cost.
    tasks = tasks.slice(3);
    expect(tasks.length).toBeGreaterThan(1);
    return Math.max(...tasks);
  };
  expect(most(1)).toBe(3);
  expect(most(20)).toBe(1);
});

test("who has nothing to draw takes nobody's turn", () => {
  const pacer = createPacer();
  const told: Told = [];
  const idle = vi.fn();
  for (let n = 0; n < 20; n++) {
    pacer.subscribe(() => {
      idle();
      return false;
    });
  }
  pacer.subscribe(drawing(told, "chart"));
  pacer.notify();
  vi.advanceTimersByTime(1);
  expect(idle).toHaveBeenCalledTimes(20);
  expect(told).toHaveLength(1);
});

test("whatever drawing costs, it takes its share of the time and no more", () => {
  const pacer = createPacer({ everyMs: 100, gapMs: 4, rest: 4 });
  const told: Told = [];
  const costs = { a: 10, b: 3, c: 5 };
  for (const [name, cost] of Object.entries(costs)) pacer.subscribe(drawing(told, name, cost));
  const start = performance.now();
  while (performance.now() - start < 5000) {
    pacer.notify();
    vi.advanceTimersByTime(10);
  }
  const share = passed / (performance.now() - start);
  expect(share).toBeLessThanOrEqual(0.21);
  expect(share).toBeGreaterThan(0.1);
  for (const name of Object.keys(costs)) expect(timesOf(told, name).length).toBeGreaterThan(10);
});

test("who left is not told, and nobody is told when nothing is new", () => {
  const pacer = createPacer();
  const told: Told = [];
  const leave = pacer.subscribe(drawing(told, "gone"));
  pacer.subscribe(drawing(told, "here"));
  leave();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  pacer.notify();
  vi.advanceTimersByTime(1000);
  expect(told.map(([name]) => name)).toEqual(["here"]);
});

test("who is waited for is told at once whatever the rhythm, still in turn, and the rhythm goes on afterwards", () => {
  const pacer = createPacer({ everyMs: 500, gapMs: 4, rest: 1 });
  const told: Told = [];
  for (const name of ["a", "b", "c"]) pacer.subscribe(drawing(told, name, 20));
  pacer.notify();
  vi.advanceTimersByTime(200);
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
  vi.advanceTimersByTime(300);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(400);
  expect(told).toHaveLength(3);
});

test("one of them can be waited for alone", () => {
  const pacer = createPacer();
  const told: Told = [];
  pacer.subscribe(drawing(told, "a"));
  const b = drawing(told, "b");
  pacer.subscribe(b);
  pacer.hurry(b);
  vi.advanceTimersByTime(100);
  expect(told.map(([name]) => name)).toEqual(["b"]);
});

test("what is waited for may cost more than usual, so it begins one by one again", () => {
  const pacer = createPacer({ everyMs: 100, turnMs: 12 });
  const told: Told = [];
  for (let n = 0; n < 6; n++) pacer.subscribe(drawing(told, `chart ${n}`, 1));
  for (let i = 0; i < 50; i++) {
    pacer.notify();
    vi.advanceTimersByTime(20);
  }
  told.length = 0;
  pacer.hurry();
  vi.advanceTimersByTime(17);
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(told).toHaveLength(6);
});

test("what is drawn once has a turn of its own, however cheap it is, and none once it was called off", () => {
  const pacer = createPacer();
  const told: Told = [];
  for (const name of ["live a", "live b"]) pacer.subscribe(drawing(told, name));
  const names = ["a", "b", "c", "d", "e"];
  const leave = names.map((name) => pacer.once(drawing(told, name)));
  leave[3]!();
  pacer.notify();
  const turns: string[][] = [];
  for (let ms = 0; ms < 1000; ms++) {
    vi.advanceTimersByTime(1);
    if (told.length > 0) turns.push(told.splice(0).map(([name]) => name));
  }
  expect(turns.flat().sort()).toEqual(["a", "b", "c", "e", "live a", "live b"]);
  expect(turns.filter((turn) => turn.length > 1 && turn.some((name) => names.includes(name)))).toEqual([]);
  pacer.notify();
  vi.advanceTimersByTime(1000);
  expect(told.map(([name]) => name)).toEqual(["live a", "live b"]);
});
