import { expect, test } from "vitest";
import { countText, durationText, entryText, numberText, readoutText } from "./numberText.ts";

test("numbers are written short: no trailing zeros, powers of ten where they are shorter", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [1e-4, "1e-4"],
    [3.25e-5, "3.25e-5"],
    [0.95, "0.95"],
    [1, "1"],
    [200, "200"],
    [10_000, "10000"],
    [0.123456, "0.1235"],
    [-0.5, "−0.5"],
    [-2e-4, "−2e-4"],
  ];
  for (const [value, text] of cases) expect(numberText(value)).toBe(text);
  expect(numberText(0.71234, 2)).toBe("0.71");
});

test("time left and counts are read at a glance", () => {
  expect([0, 38, 65, 3725].map(durationText)).toEqual(["0:00", "0:38", "1:05", "1:02:05"]);
  expect([812, 4123, 41_234, 3_200_000].map(countText)).toEqual(["812", "4.1k", "41k", "3.2M"]);
});

test("an entry field shows the whole number", () => {
  for (const value of [2147483647, 1e-4, 3.25e-5, 0.123456789, 200, 0]) expect(Number(entryText(value))).toBe(value);
  expect(entryText(1e-4)).toBe("1e-4");
});

test("a readout keeps its places, so that its width hardly changes while numbers move", () => {
  expect([0.996, 0.5, -0.25, 0.00321, 12.34, 0].map(readoutText)).toEqual([
    "1.00",
    "0.50",
    "−0.25",
    "0.00321",
    "12.3",
    "0",
  ]);
});
