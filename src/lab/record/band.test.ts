import { expect, test } from "vitest";
import { bandOf } from "./band.ts";

const column = (...pairs: [number, number][]) => ({
  steps: Float64Array.from(pairs, ([step]) => step),
  values: Float64Array.from(pairs, ([, value]) => value),
  length: pairs.length,
});

test("the band is the mean and its 95% t-interval at each step", () => {
  // Values 1, 2, 3: mean 2, standard deviation 1, t(2) = 4.303, half = 4.303 / √3 = 2.4844.
  const band = bandOf([column([1, 1], [2, 5]), column([1, 2], [2, 5]), column([1, 3], [2, 5])]);
  expect([...band.mean]).toEqual([2, 5]);
  expect(band.high[0]).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 10);
  expect(band.low[0]).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 10);
  expect([band.low[1], band.high[1]]).toEqual([5, 5]);
});

test("steps that a run lacks are left out, so that the mean never jumps where one ends", () => {
  const band = bandOf([column([0, 1], [1, 1], [2, Number.NaN], [3, 1]), column([1, 3], [2, 3], [3, 3], [4, 3])]);
  expect([...band.steps]).toEqual([1, 3]);
  expect([...band.mean]).toEqual([2, 2]);
});

test("one run has a mean and no width", () => {
  const band = bandOf([column([1, 4])]);
  expect([band.low[0], band.mean[0], band.high[0]]).toEqual([4, 4, 4]);
  expect(bandOf([]).steps).toHaveLength(0);
});

test("only the filled part of a column counts", () => {
  const band = bandOf([{ ...column([1, 1], [2, 2]), length: 1 }]);
  expect([...band.steps]).toEqual([1]);
});
