import { expect, it } from "vitest";
import { meanInterval, shareInterval } from "./statistics.ts";

it("gives the mean and the t-interval of a hand-worked sample", () => {
  // 1, 2, 3, 4, 5: s² = 2.5, s/√n = 0.70711, t(4) = 2.776, half = 1.96293.
  const { mean, half, n } = meanInterval([1, 2, 3, 4, 5]);
  expect([mean, n]).toEqual([3, 5]);
  expect(half).toBeCloseTo(1.96293, 4);
});

it("claims no interval for one value", () => {
  expect(meanInterval([7])).toEqual({ mean: 7, half: Number.NaN, n: 1 });
});

it("the interval of a share is Wilson's: within [0, 1], with a width at both ends", () => {
  // 0.7 of 128 by hand: z² = 3.8415, centre (0.7 + 0.015006)/1.030012 = 0.69417, half 1.90285·√(0.0016406 + 0.00005862) = 0.07843.
  const { low, high } = shareInterval(0.7, 128);
  expect([low, high].map((one) => one.toFixed(3))).toEqual(["0.616", "0.773"]);
  expect(shareInterval(1, 128).low).toBeCloseTo(128 / (128 + 3.8415), 4);
  expect(shareInterval(1, 128).high).toBeCloseTo(1, 12);
  expect(shareInterval(0, 10).low).toBe(0);
  expect(() => shareInterval(1.2, 10)).toThrow("got 1.2 and 10");
});
