import { expect, test } from "vitest";
import { quantile, ratioOf, summary } from "./statistics.ts";

test("quartiles lie between ranks as numpy's do", () => {
  // numpy.quantile([1, 2, 4, 8], [0.25, 0.5, 0.75]) = [1.75, 3, 5]
  expect(summary([8, 1, 4, 2])).toEqual({ median: 3, low: 1.75, high: 5, count: 4 });
  expect(quantile([5], 0.75)).toBe(5);
});

test("the order of a sample does not matter, and the sample is left as it was", () => {
  const sample = [3, 1, 2];
  expect(quantile(sample, 0.5)).toBe(2);
  expect(sample).toEqual([3, 1, 2]);
});

test("an empty sample has no quantile", () => {
  expect(() => quantile([], 0.5)).toThrow("a sample of at least one number, got none");
});

test("a ratio is taken round by round, so that a slow moment of the machine cancels", () => {
  // Everything took ten times longer in the second round; the medians alone would say 20 / 12.
  expect(ratioOf([2, 40, 4], [1, 20, 2])).toBe(2);
});

test("rounds in which one of the two sat out do not count", () => {
  expect(ratioOf([undefined, 6, 9], [1, 2, undefined])).toBe(3);
  expect(ratioOf([undefined, 6], [1, undefined])).toBeUndefined();
});
