import { expect, test } from "vitest";
import { flatten, parseConfig } from "../experiment/config.ts";
import { PRESETS } from "../lessons/presets.ts";
import type { AnyValues } from "../schema.ts";
import goldens from "./goldenPresets.json" with { type: "json" };
import { readLink } from "./link.ts";

const GOLDENS: Readonly<Record<string, AnyValues>> = goldens;

test("a link to an arm of a lesson opens what it opened when the arm was first shipped", () => {
  for (const [id, settings] of Object.entries(GOLDENS)) {
    const { config, presetId, issues } = readLink(`#v=1&preset=${id}&seed=1`);
    expect(issues, id).toEqual([]);
    expect(presetId).toBe(id);
    expect(flatten(config), `links that name ${id} need a migration, see migrations.ts`).toEqual(
      flatten(parseConfig(settings)),
    );
  }
});

test("every arm of a lesson is held to that: a new one is entered in goldenPresets.json with its settings", () => {
  const missing = PRESETS.filter(({ id }) => !Object.hasOwn(GOLDENS, id));
  expect(Object.fromEntries(missing.map(({ id, settings }) => [id, settings]))).toEqual({});
});
