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
        expect(config, `${arm.id}, seed ${seed}`).toEqual(flatten(parseConfig({ ...arm.settings, seed: seed! })));
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

test("a damaged record is refused with what is wrong in it", () => {
  const lesson = LESSONS[0]!;
  expect(() => recordOf(lesson, { bySeed: [] })).toThrow("must be a list of runs, got none");
  const [first, ...rest] = fileOf(lesson.id).bySeed;
  const broken = { ...first, [lesson.own]: { ...first![lesson.own]!, series: { step: [1, "x"] } } };
  expect(() => recordOf(lesson, { bySeed: [broken as never, ...rest] })).toThrow(/series/);
});
