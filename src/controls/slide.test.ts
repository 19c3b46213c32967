import fc from "fast-check";
import { expect, test } from "vitest";
import { nudged, POSITIONS, positionOf, valueAt } from "./slide.ts";

const lr = { min: 1e-6, max: 1e-2, log: true };
const share = { min: 0, max: 1, step: 0.01 };
const steps = { min: 0, max: 1000 };

test("a logarithmic slider gives every order of magnitude the same room", () => {
  expect([1e-6, 1e-5, 1e-4, 1e-3, 1e-2].map((value) => positionOf(value, lr))).toEqual([0, 250, 500, 750, 1000]);
  expect(valueAt(500, lr, false)).toBe(1e-4);
  expect(valueAt(575, lr, false)).toBe(2e-4);
});

test("a logarithmic range that begins at 0 still reaches 0", () => {
  const range = { min: 0, max: 100, log: true };
  expect(positionOf(0, range)).toBe(0);
  expect(valueAt(0, range, false)).toBe(0);
});

test("a slider stops on round values: the field's step, whole numbers, two digits", () => {
  expect(valueAt(333, share, false)).toBe(0.33);
  expect(valueAt(7, steps, true)).toBe(7);
  expect(valueAt(123, { min: 0, max: 10_000 }, true)).toBe(1200);
});

test("the ends of a slider are the bounds, and every position is within them", () => {
  const ranges = [lr, share, steps, { min: 0.1, max: 2 }, { min: 0, max: 2 ** 31 - 1 }];
  fc.assert(
    fc.property(
      fc.constantFrom(...ranges),
      fc.integer({ min: 0, max: POSITIONS }),
      fc.boolean(),
      (range, at, whole) => {
        expect(valueAt(0, range, whole)).toBe(range.min);
        expect(valueAt(POSITIONS, range, whole)).toBe(range.max);
        const value = valueAt(at, range, whole);
        expect(value).toBeGreaterThanOrEqual(range.min);
        expect(value).toBeLessThanOrEqual(range.max);
      },
    ),
  );
});

test("an arrow key moves by a step that suits the value", () => {
  expect(nudged(1e-4, 1, lr, false)).toBe(2e-4);
  expect(nudged(1e-4, -1, lr, false)).toBe(9e-5);
  expect(nudged(3e-5, -1, lr, false)).toBe(2e-5);
  expect(nudged(0.5, 1, share, false)).toBe(0.51);
  expect(nudged(8, 1, { min: 2, max: 32 }, true)).toBe(9);
  expect(nudged(200, 1, { min: 1, max: 10_000, log: true }, true)).toBe(210);
  expect(nudged(1, -1, { min: 0.1, max: 2 }, false)).toBe(0.99);
  expect(nudged(1000, 1, steps, true)).toBe(1000);
  expect(nudged(1e-6, -1, lr, false)).toBe(1e-6);
});

test("a knob that is off or above a bound never stops in between", () => {
  const range = { min: 0, max: 20, step: 0.5, offUpTo: 1 };
  for (let position = 0; position <= POSITIONS; position++) {
    const value = valueAt(position, range, false);
    expect(value === 0 || value > 1, `${position}: ${value}`).toBe(true);
  }
  expect(nudged(0, 1, range, false)).toBe(1.5);
  expect(nudged(1.5, -1, range, false)).toBe(0);
  expect(nudged(3, -1, range, false)).toBe(2.5);
});
