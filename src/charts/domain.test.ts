import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChartLine } from "./chartLine.ts";
import { scaleFor } from "./domain.ts";

function line(...ys: number[]): ChartLine {
  return { label: "y", tone: 1, points: ys.map((y, x) => ({ x, y })), valueAt: () => ys.at(-1) };
}

test("a scale has round ends and stands on zero where the values come near it", () => {
  expect(scaleFor([line(0.31, 1.4)])).toEqual({ min: 0, max: 1.5, ticks: [0, 0.5, 1, 1.5] });
  expect(scaleFor([line(0.031, 0.005)])).toMatchObject({ min: 0 });
  expect(scaleFor([line(95, 99)])).toEqual({ min: 94, max: 100, ticks: [94, 96, 98, 100] });
});

test("a loss may be negative, and a flat line still has room", () => {
  expect(scaleFor([line(-0.02, 6)])).toEqual({ min: -0.02, max: 7.5, ticks: [0, 2.5, 5, 7.5] });
  const { min, max } = scaleFor([line(-0.12, 0.3)]);
  expect(min).toBeLessThanOrEqual(-0.12);
  expect(max).toBeGreaterThanOrEqual(0.3);
  expect(scaleFor([line(0, 0, 0)])).toMatchObject({ min: 0 });
  expect(scaleFor([line(0, 0, 0)]).max).toBeGreaterThan(0);
});

test("given ends stay unless a value lies outside, and an empty chart has a scale too", () => {
  expect(scaleFor([line(0.2)], [0, 1])).toEqual({ min: 0, max: 1, ticks: [0, 0.5, 1] });
  expect(scaleFor([])).toEqual({ min: 0, max: 1, ticks: [0, 0.5, 1] });
  expect(scaleFor([line(0.2, 1.4)], [0, 1]).max).toBeGreaterThanOrEqual(1.4);
});

test("whatever the values, they fit, and there are few ticks", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (ys) => {
      const { min, max, ticks } = scaleFor([line(...ys)]);
      const slack = (max - min) * 1e-6;
      expect(min - slack).toBeLessThanOrEqual(Math.min(...ys));
      expect(max + slack).toBeGreaterThanOrEqual(Math.max(...ys));
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
});

test("an interval beyond the fixed ends is cut off there; without fixed ends it has room", () => {
  const mean = { ...line(0.4, 0.5), band: [{ x: 0, low: -0.3, high: 1.2 }] };
  expect(scaleFor([mean], [0, 1])).toMatchObject({ min: 0, max: 1 });
  expect(scaleFor([mean]).max).toBeGreaterThanOrEqual(1.2);
});

test("a logarithmic scale runs between powers of ten, and is an ordinary one where nothing is above 0", () => {
  const scale = scaleFor([line(0.003, 0, 40)], undefined, { log: true });
  expect(scale).toEqual({ min: 0.001, max: 100, ticks: [0.001, 0.01, 0.1, 1, 10, 100], log: true });
  expect(scaleFor([line(0.5)], undefined, { log: true })).toMatchObject({ min: 0.1, max: 1 });
  expect(scaleFor([line(0, -1)], undefined, { log: true }).log).toBeUndefined();
});

test("one wild value is cut off when outliers may be, and an even spread is not", () => {
  const calm = Array.from({ length: 40 }, (_, i) => 1 + (i % 10) / 10);
  expect(scaleFor([line(...calm, 900)], undefined, { cut: true }).max).toBeLessThan(5);
  expect(scaleFor([line(...calm, 900)]).max).toBeGreaterThanOrEqual(900);
  expect(scaleFor([line(...calm)], undefined, { cut: true })).toEqual(scaleFor([line(...calm)]));
  expect(scaleFor([line(...calm.map(() => 0), 5)], undefined, { cut: true }).max).toBeLessThan(5);
});
