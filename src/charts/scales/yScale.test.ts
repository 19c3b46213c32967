import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChartLine } from "../series/line.ts";
import { yScaleFor } from "./yScale.ts";

function line(...ys: number[]): ChartLine {
  return { label: "y", tone: 1, points: ys.map((y, x) => ({ x, y })), valueAt: () => ys.at(-1) };
}

test("an axis has round ends close to its values, and stands on zero where they come near it", () => {
  expect(yScaleFor([line(0.31, 1.4)])).toEqual({ min: 0, max: 1.4, ticks: [0, 0.5, 1] });
  expect(yScaleFor([line(0.031, 0.005)])).toMatchObject({ min: 0 });
  expect(yScaleFor([line(95, 99)])).toEqual({ min: 95, max: 99, ticks: [95, 96, 97, 98, 99] });
});

test("a loss may be negative, and a flat line still has room", () => {
  const dip = yScaleFor([line(-0.02, 6)]);
  expect(dip.min).toBeLessThanOrEqual(-0.02);
  expect(dip.min).toBeGreaterThan(-1.01);
  expect(dip.ticks).toEqual([0, 2, 4, 6]);
  const { min, max } = yScaleFor([line(-0.12, 0.3)]);
  expect(min).toBeLessThanOrEqual(-0.12);
  expect(max).toBeGreaterThanOrEqual(0.3);
  expect(yScaleFor([line(0, 0, 0)])).toMatchObject({ min: 0 });
  expect(yScaleFor([line(0, 0, 0)]).max).toBeGreaterThan(0);
});

test("the axis of a bounded quantity fits its values within the bounds, and shows a tenth of what is possible at least", () => {
  const bounds = [0, 1] as const;
  const curve = yScaleFor([line(0.28, 0.33, 0.36)], { bounds });
  expect(curve.min).toBeGreaterThan(0.25);
  expect(curve.max).toBeLessThan(0.4);
  for (const flat of [0, 0.004, 0.5, 0.997, 1]) {
    const { min, max, ticks } = yScaleFor([line(flat, flat)], { bounds });
    expect(min).toBeGreaterThanOrEqual(0);
    expect(min).toBeLessThanOrEqual(flat);
    expect(max).toBeLessThanOrEqual(1);
    expect(max).toBeGreaterThanOrEqual(flat);
    expect(max - min).toBeGreaterThanOrEqual(0.1 - 1e-9);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
  }
  expect(yScaleFor([line(0.2)], { bounds, whole: true })).toEqual({ min: 0, max: 1, ticks: [0, 0.5, 1] });
  expect(yScaleFor([])).toEqual({ min: 0, max: 1, ticks: [0, 0.5, 1] });
  expect(yScaleFor([line(0.2, 1.4)], { bounds }).max).toBeGreaterThanOrEqual(1.4);
});

test("what is not finite has no say in the limits", () => {
  expect(yScaleFor([line(1, Number.NaN, 2, Number.POSITIVE_INFINITY)])).toEqual(yScaleFor([line(1, 2)]));
  expect(yScaleFor([line(Number.NaN)])).toEqual(yScaleFor([]));
});

test("whatever the values, they fit, and there are few ticks", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (ys) => {
      const { min, max, ticks } = yScaleFor([line(...ys)]);
      const slack = (max - min) * 1e-6;
      expect(min - slack).toBeLessThanOrEqual(Math.min(...ys));
      expect(max + slack).toBeGreaterThanOrEqual(Math.max(...ys));
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
});

test("an interval beyond the fixed ends is cut off there; without fixed ends it has room", () => {
  const mean = { ...line(0.4, 0.5), band: [{ x: 0, low: -0.3, high: 1.2 }] };
  expect(yScaleFor([mean], { bounds: [0, 1] })).toMatchObject({ min: 0, max: 1 });
  expect(yScaleFor([mean]).max).toBeGreaterThanOrEqual(1.2);
});

test("a logarithmic scale runs between powers of ten, and is an ordinary one where nothing is above 0", () => {
  const scale = yScaleFor([line(0.003, 0, 40)], { log: true });
  expect(scale).toEqual({ min: 0.001, max: 100, ticks: [0.001, 0.01, 0.1, 1, 10, 100], log: true });
  expect(yScaleFor([line(0.5)], { log: true })).toMatchObject({ min: 0.1, max: 1 });
  expect(yScaleFor([line(0, -1)], { log: true }).log).toBeUndefined();
});

test("one wild value is cut off when outliers may be, and an even spread is not", () => {
  const calm = Array.from({ length: 40 }, (_, i) => 1 + (i % 10) / 10);
  expect(yScaleFor([line(...calm, 900)], { cut: true }).max).toBeLessThan(5);
  expect(yScaleFor([line(...calm, 900)]).max).toBeGreaterThanOrEqual(900);
  expect(yScaleFor([line(...calm)], { cut: true })).toEqual(yScaleFor([line(...calm)]));
  expect(yScaleFor([line(...calm.map(() => 0), 5)], { cut: true }).max).toBeLessThan(5);
});
