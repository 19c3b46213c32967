import { expect, test } from "vitest";
import { flatten } from "../experiment/config.ts";
import { costOf } from "../experiment/cost.ts";
import { EARLIER_PRESETS } from "./earlierPresets.ts";
import { LESSON_HEADS } from "./heads/index.ts";
import { LESSONS } from "./index.ts";
import { configOf, DEFAULT_PRESET, PRESETS, presetById, presetFor } from "./presets.ts";

const ALL = [...PRESETS, ...EARLIER_PRESETS];

/** What two processor cores without a GPU get through in a second: measured on parity and countdown, see RunCost. */
const POSITIONS_PER_SECOND = 8500;

test("at least ten presets are over within two minutes where there is no GPU", () => {
  const seconds = PRESETS.map(
    (preset) => [preset.id, costOf(configOf(preset)).positions / POSITIONS_PER_SECOND] as const,
  );
  const quick = seconds.filter(([, took]) => took <= 120);
  expect(quick.length, JSON.stringify(seconds)).toBeGreaterThanOrEqual(10);
});

test("the heads of lessons are those of the lessons, in their order", () => {
  expect(LESSON_HEADS.map(({ id }) => id)).toEqual(LESSONS.map(({ id }) => id));
  for (const [at, head] of LESSON_HEADS.entries()) expect(LESSONS[at]).toMatchObject(head);
});

test("every preset is an arm of a lesson that claims something, and every arm is one, with the same experiment", () => {
  expect(PRESETS.length).toBe(LESSONS.reduce((sum, { arms }) => sum + arms.length, 0));
  for (const lesson of LESSONS) {
    expect(lesson.claims.length, lesson.id).toBeGreaterThan(0);
    for (const arm of lesson.arms) {
      const preset = presetById(`${lesson.id}.${arm.id}`)!;
      expect(preset.of).toEqual({ lesson: lesson.id, arm: arm.label });
      expect(preset.settings).toEqual(arm.settings);
      expect(preset.lesson).toBe(lesson.question);
    }
  }
  const opening = LESSONS[0]!;
  expect(presetById(DEFAULT_PRESET)!.settings).toEqual(opening.arms.find(({ id }) => id === opening.own)!.settings);
});

test("every preset has an id and a name of its own and a sentence", () => {
  for (const { title, lesson } of ALL) {
    expect(title).toMatch(/^[A-Zl].{8,}/);
    expect(lesson).toMatch(/^[A-Zφ0-9].{40,}[.?]$/);
  }
  for (const key of ["id", "title"] as const) expect(new Set(ALL.map((preset) => preset[key])).size).toBe(ALL.length);
});

test("an experiment counts from the preset that is it, and one with other settings from the nearest", () => {
  for (const preset of ALL) {
    // Two lessons may train the same experiment.
    const found = presetFor(configOf(preset))!;
    expect(flatten(configOf(found)), preset.id).toEqual(flatten(configOf(preset)));
  }
  const sft = presetById("sft-parity")!;
  expect(presetFor(configOf({ ...sft, settings: { ...sft.settings, steps: 90 } }))?.id).toBe("sft-parity");
});
