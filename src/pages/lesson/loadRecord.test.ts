import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flatten, parseConfig } from "../../lab/experiment/config.ts";
import { LESSONS } from "../../lab/lessons/index.ts";
import type { RecordFile } from "../../lab/lessons/recorded.ts";
import { RECORDED, recordOf } from "./loadRecord.ts";

const fileOf = (id: string) => JSON.parse(readFileSync(`public/lessons/${id}.json`, "utf8")) as RecordFile;

test("the list of recorded lessons is that of the files, and each is a lesson", () => {
  const files = readdirSync("public/lessons").map((name) => name.replace(".json", ""));
  expect([...RECORDED].sort()).toEqual(files.sort());
  for (const id of RECORDED) expect(LESSONS.map((lesson) => lesson.id)).toContain(id);
});

test.each(RECORDED)(
  "%s: the recorded runs are those of the lesson's arms as they are declared today, and small",
  (id) => {
    const lesson = LESSONS.find((one) => one.id === id)!;
    const file = fileOf(id);
    expect(JSON.stringify(file).length).toBeLessThan(60_000);
    for (const runs of file.bySeed) {
      for (const arm of lesson.arms) {
        const { config, seed } = runs[arm.id]!;
        const declared = flatten(parseConfig({ ...arm.settings, seed: seed! }));
        // Settings that came later stand at what a run without them did.
        expect(flatten(parseConfig(config)), `${arm.id}, seed ${seed}`).toEqual(declared);
      }
    }
  },
);

test.each(RECORDED)("%s: bands of every figure and a verdict on every claim come out of the record", (id) => {
  const lesson = LESSONS.find((one) => one.id === id)!;
  const record = recordOf(lesson, fileOf(id));
  expect(record.seeds).toBe(5);
  expect(record.claims).toHaveLength(lesson.claims.length);
  for (const { metric, arms } of [lesson.figure, ...lesson.details]) {
    const drawn = (arms ?? lesson.arms.map((arm) => arm.id)).filter((arm) => record.columns(arm, metric).length > 0);
    expect(drawn.length, metric).toBeGreaterThan(0);
    for (const arm of drawn) expect(record.columns(arm, metric)).toHaveLength(5);
  }
});

test("a verdict is that of the whole runs where the record has their margins, whatever is kept of the runs", () => {
  const lesson = LESSONS.find(({ id }) => id === "phi")!;
  const file = fileOf("phi");
  for (const [at, { sentence }] of lesson.claims.entries()) {
    const margins = { ...file.margins, [sentence]: [-1, -1.1, -1.2, -1, -1.1] };
    expect(recordOf(lesson, { ...file, margins }).claims[at]).toMatchObject({
      verdict: "does not appear",
      positive: 0,
    });
    expect(recordOf(lesson, file).claims[at]!.margin.mean).toBeCloseTo(
      file.margins![sentence]!.reduce((a, b) => a + b, 0) / 5,
      12,
    );
  }
  const broken = { ...file.margins, [lesson.claims[0]!.sentence]: ["much"] as never };
  expect(() => recordOf(lesson, { ...file, margins: broken })).toThrow("must be a list of numbers");
});

test.each(RECORDED)("%s: the answers and tokens that are shown belong to a recorded seed and its arms", (id) => {
  const lesson = LESSONS.find((one) => one.id === id)!;
  const file = fileOf(id);
  const { shown } = recordOf(lesson, file);
  expect(shown!.seed).toBe(file.bySeed[0]![lesson.own]!.seed);
  for (const { id: arm } of lesson.arms) {
    const { before, after, row } = shown!.arms[arm]!;
    expect(before.map(({ prompt }) => prompt)).toEqual(after.map(({ prompt }) => prompt));
    expect(before).toHaveLength(2);
    expect(row.tokens.length).toBe(row.weight.length);
  }
});

test("a damaged record is refused with what is wrong in it", () => {
  const lesson = LESSONS[0]!;
  expect(() => recordOf(lesson, { bySeed: [] })).toThrow("must be a list of runs, got none");
  const [first, ...rest] = fileOf(lesson.id).bySeed;
  const broken = { ...first, [lesson.own]: { ...first![lesson.own]!, series: { step: [1, "x"] } } };
  expect(() => recordOf(lesson, { bySeed: [broken as never, ...rest] })).toThrow(/series/);
});
