import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricColumn } from "../lab/metrics.ts";
import { downsample, MAX_POINTS } from "./downsample.ts";

function column(values: readonly number[]): MetricColumn {
  return {
    steps: Float64Array.from(values, (_, i) => i + 1),
    values: Float64Array.from(values),
    length: values.length,
  };
}

test("a short line is kept whole, without the steps that have no value", () => {
  expect(downsample(column([3, Number.NaN, 1, Number.POSITIVE_INFINITY]))).toEqual([
    { x: 1, y: 3 },
    { x: 3, y: 1 },
  ]);
});

test("only the first length entries of a column count", () => {
  expect(downsample({ ...column([3, 4, 5]), length: 2 })).toEqual([
    { x: 1, y: 3 },
    { x: 2, y: 4 },
  ]);
});

test("a single spike among ten thousand steps is still there", () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 7321 ? 40 : i === 123 ? -40 : Math.sin(i / 50)));
  const points = downsample(column(values));
  expect(points.length).toBeLessThanOrEqual(MAX_POINTS);
  expect(points).toContainEqual({ x: 7322, y: 40 });
  expect(points).toContainEqual({ x: 124, y: -40 });
});

test("whatever the values: within the limit, in order, real points only, first and last and both extremes kept", () => {
  const values = fc.array(fc.oneof(fc.double(), fc.constant(Number.NaN)), { maxLength: 400 });
  fc.assert(
    fc.property(values, fc.integer({ min: 4, max: 60 }), (list, limit) => {
      const finite = list.map((y, i) => ({ x: i + 1, y })).filter(({ y }) => Number.isFinite(y));
      const points = downsample(column(list), limit);
      expect(points.length).toBeLessThanOrEqual(Math.max(limit, 0));
      expect(points.length).toBe(Math.min(points.length, finite.length));
      for (let i = 1; i < points.length; i++) expect(points[i]!.x).toBeGreaterThan(points[i - 1]!.x);
      for (const { x, y } of points) expect(list[x - 1]).toBe(y);
      if (finite.length === 0) return;
      expect(points[0]).toEqual(finite[0]);
      expect(points.at(-1)).toEqual(finite.at(-1));
      const ys = points.map(({ y }) => y);
      expect(Math.max(...ys)).toBe(Math.max(...finite.map(({ y }) => y)));
      expect(Math.min(...ys)).toBe(Math.min(...finite.map(({ y }) => y)));
    }),
  );
});
