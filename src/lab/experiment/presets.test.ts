import { expect, test } from "vitest";
import { costOf } from "./cost.ts";
import { configOf, PRESETS } from "./presets.ts";

/** What two processor cores without a GPU get through in a second: measured on parity and countdown, see RunCost. */
const POSITIONS_PER_SECOND = 8500;

test("at least ten presets are over within two minutes where there is no GPU", () => {
  const seconds = PRESETS.map(
    (preset) => [preset.id, costOf(configOf(preset)).positions / POSITIONS_PER_SECOND] as const,
  );
  const quick = seconds.filter(([, took]) => took <= 120);
  expect(quick.length, JSON.stringify(seconds)).toBeGreaterThanOrEqual(10);
});

test("every preset has a name and a lesson of its own, in words", () => {
  for (const { title, lesson } of PRESETS) {
    expect(title).toMatch(/^[A-Z].{8,}/);
    expect(lesson).toMatch(/^[A-Zφ0-9].{40,}\.$/);
  }
  for (const key of ["id", "title", "lesson"] as const)
    expect(new Set(PRESETS.map((preset) => preset[key])).size).toBe(PRESETS.length);
});
