import { expect, it } from "vitest";
import { meanInterval } from "./statistics.ts";

it("gives the mean and the t-interval of a hand-worked sample", () => {
  // 1, 2, 3, 4, 5: s² = 2.5, s/√n = 0.70711, t(4) = 2.776, half = 1.96293.
  const { mean, half, n } = meanInterval([1, 2, 3, 4, 5]);
  expect([mean, n]).toEqual([3, 5]);
  expect(half).toBeCloseTo(1.96293, 4);
});

it("claims no interval for one value", () => {
  expect(meanInterval([7])).toEqual({ mean: 7, half: Number.NaN, n: 1 });
});
