import { expect, test } from "vitest";
import { parseConfig, withSettings } from "../experiment/config.ts";
import { compare, differenceWords, differingSettings, type Experiment } from "./compare.ts";

const base = parseConfig({ task: "countdown", algorithm: "chord-mu", steps: 120, muPeak: 0.5 });
const of = (changes: Parameters<typeof withSettings>[1], more: Partial<Experiment> = {}): Experiment => ({
  config: withSettings(base, changes),
  ...more,
});

test("one turned knob is one short sentence with both values", () => {
  expect(differenceWords(of({ muPeak: 0.9 }), of({}))).toBe("µ peak 0.9 instead of 0.5");
  expect(differenceWords(of({ lr: 0.0003, seed: 2 }), of({}))).toBe(
    "seed 2 instead of 1, learning rate 3e-4 instead of 1e-4",
  );
});

test("the same experiment has the same settings", () => {
  expect(differenceWords(of({}), of({}))).toBe("the same settings");
  expect(compare(of({}), of({}))).toEqual([]);
});

test("between algorithms only what both have is compared, after the names", () => {
  const keys = compare(of({ algorithm: "sft", steps: 200 }), of({})).map(({ key }) => key);
  expect(keys).toEqual(["algorithm", "steps"]);
  expect(differenceWords(of({ algorithm: "sft", steps: 200 }), of({}))).toBe(
    "SFT instead of CHORD-µ, steps 200 instead of 120",
  );
});

test("many differences are counted, never cut in the middle", () => {
  const many = of({ muPeak: 0.9, muValley: 0.1, lr: 0.001, steps: 10, seed: 7 });
  expect(differenceWords(many, of({}), 2)).toBe("µ peak 0.9 instead of 0.5, µ valley 0.1 instead of 0.05, 3 more");
  expect(differenceWords(of({ muPeak: 0.9, muValley: 0.1, seed: 2 }), of({}), 2).split(",")).toHaveLength(3);
});

test("where a run started and what was changed on the way are differences too", () => {
  const parent = { id: "a", name: "SFT", step: 60 };
  expect(differenceWords(of({}, { parent }), of({}))).toBe("starts from SFT at step 60");
  expect(differenceWords(of({}), of({}, { parent }))).toBe("starts from the native checkpoint");
  const changed = { config: { ...base, interventions: [{ step: 40, key: "lr", value: 0.001 }] } };
  expect(differenceWords(changed, of({}))).toBe("learning rate 0.001 from step 40");
  expect(differenceWords(of({}), changed)).toBe("without learning rate 0.001 from step 40");
});

test("the table has a column for each setting in which runs differ, and none for the others", () => {
  const rows = differingSettings([of({}), of({ algorithm: "sft", lr: 0.0003 })]);
  const of_ = (key: string) => rows.find((row) => row.key === key)?.values;
  expect(of_("algorithm")).toEqual(["CHORD-µ", "SFT"]);
  expect(of_("lr")).toEqual(["1e-4", "3e-4"]);
  expect(of_("seed")).toBeUndefined();
  // Only one of the two has the knob: nothing to compare.
  expect(of_("muPeak")).toBeUndefined();
});

test("what comes after the first phase is one difference, and one column", () => {
  const later = {
    "phase2.algorithm": "grpo",
    "phase2.steps": 80,
    "phase2.lr": 3e-4,
    "phase2.optimizer": "kept",
  } as const;
  const words = "GRPO for 80 steps with optimizer kept, learning rate 3e-4";
  expect(differenceWords(of(later), of({}))).toBe(`then ${words} instead of nothing`);
  expect(differenceWords(of({}), of(later))).toBe(`then nothing instead of ${words}`);
  expect(differenceWords(of(later), of(later))).toBe("the same settings");
  const rows = differingSettings([of({}), of(later)]);
  expect(rows).toEqual([{ key: "phases", label: "Then", values: ["nothing", words] }]);
  const changed = { ...of(later).config, interventions: [{ step: 130, key: "klCoef", value: 0.1 }] };
  expect(differenceWords({ config: changed }, of(later))).toBe("KL coefficient 0.1 from step 130");
});
