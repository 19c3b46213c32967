import { expect, test } from "vitest";
import { PLOT } from "./plotArea.ts";
import { clockScale, stepScale } from "./xScale.ts";
import { tickText, xTicks } from "./xTicks.ts";

test("both ends are written below the axis, and round steps between them as far as there is room", () => {
  expect(xTicks(stepScale(120), 300)).toEqual([0, 20, 40, 60, 80, 120]);
  expect(xTicks(stepScale(120), 120)).toEqual([0, 120]);
  // "300" would run into "400 steps".
  expect(xTicks(stepScale(400), 305)).toEqual([0, 100, 200, 400]);
  const wide = xTicks(stepScale(10_000), 1400);
  expect(wide.length).toBeLessThanOrEqual(14);
  expect([wide[0], wide.at(-1)]).toEqual([0, 10_000]);
});

test("there is no half step, and the last number says the unit", () => {
  for (const width of [240, 600, 1400]) {
    for (const step of xTicks(stepScale(3), width)) expect(Number.isInteger(step)).toBe(true);
  }
  const scale = stepScale(3);
  expect(
    xTicks(scale, 600)
      .map((value) => tickText(value, scale))
      .at(-1),
  ).toBe("3 steps");
  const seconds = clockScale("seconds", 10, 10, (step) => 0.25 * step)!;
  expect(tickText(seconds.max, seconds)).toBe("2.5 s");
});

test("the last number, which says the unit, leaves every other one its place", () => {
  for (const steps of [60, 200, 1000, 9999]) {
    for (let width = 160; width <= 1000; width++) {
      const scale = stepScale(steps);
      const before = xTicks(scale, width).at(-2)!;
      const end = PLOT.left + (before / steps) * (width - PLOT.left - PLOT.right) + (String(before).length * 6.4) / 2;
      const start = width - PLOT.right - `${steps} steps`.length * 6.4;
      if (before > 0) expect(end).toBeLessThan(start);
    }
  }
});
