import fc from "fast-check";
import { expect, test } from "vitest";
import { clockScale, fitted, stepScale, swept, zoomed } from "./xScale.ts";

test("zooming in halves what is in view about the cursor, zooming out doubles it, and the whole run is no zoom", () => {
  const xScale = stepScale(120);
  expect(zoomed(xScale, 0.5)).toEqual({ from: 30, to: 90 });
  expect(zoomed(xScale, 0.5, 0)).toEqual({ from: 0, to: 60 });
  expect(zoomed(xScale, 0.5, 120)).toEqual({ from: 60, to: 120 });
  expect(zoomed(stepScale(120, { from: 30, to: 90 }), 2)).toBeUndefined();
  expect(zoomed(stepScale(120, { from: 0, to: 20 }), 2)).toEqual({ from: 0, to: 40 });
});

test("a sweep counts in both directions and never shows fewer than four steps", () => {
  expect(swept(80, 20, 120)).toEqual({ from: 20, to: 80 });
  expect(swept(50, 50, 120)).toEqual({ from: 48, to: 52 });
  expect(swept(0, 0, 120)).toEqual({ from: 0, to: 4 });
  expect(swept(0, 120, 120)).toBeUndefined();
  expect(fitted({ from: 1, to: 2 }, 3)).toBeUndefined();
});

test("however one zooms, the span stays within the run", () => {
  const step = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), step, step, step, (steps, a, b, about) => {
      const span = swept(Math.min(a, steps), Math.min(b, steps), steps);
      for (const factor of [0.5, 2]) {
        const next = zoomed(stepScale(steps, span), factor, about);
        if (!next) continue;
        expect(next.from).toBeGreaterThanOrEqual(0);
        expect(next.to).toBeLessThanOrEqual(steps);
        expect(next.to - next.from).toBeGreaterThanOrEqual(Math.min(4, steps));
      }
    }),
  );
});

test("an axis of tokens puts steps where their tokens are, and goes on at the mean rate", () => {
  const tokens = [0, 100, 300, 350, 400];
  const xScale = clockScale("tokens", 8, 4, (step) => tokens[step])!;
  expect([0, 1, 2, 4].map(xScale.xOf)).toEqual([0, 100, 300, 400]);
  expect(xScale.xOf(8)).toBe(800);
  expect([0, 90, 220, 340, 800].map(xScale.stepOf)).toEqual([0, 1, 2, 3, 8]);
  expect([xScale.min, xScale.max]).toEqual([0, 800]);
  expect(clockScale("tokens", 8, 4, (step) => tokens[step], { from: 1, to: 3 })).toMatchObject({ min: 100, max: 350 });
});

test("an axis whose run has not begun is none", () => {
  expect(clockScale("seconds", 8, 0, () => undefined)).toBeUndefined();
});
