import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRecording } from "./recording.ts";
import { readRunFile } from "./runFile.ts";
import { fromStored } from "./storedRecord.ts";

const golden = (name: string) => JSON.parse(readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8"));
const file = golden("pageRun.json");

/** The refusal of a file, and the time that it took on the processor, in ms: another program's turn is not counted. */
function refusal(content: unknown): { readonly message: string; readonly ms: number } {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const began = process.cpuUsage();
  try {
    readRunFile(text, 0);
  } catch (error) {
    const { user, system } = process.cpuUsage(began);
    return { message: (error as Error).message, ms: (user + system) / 1000 };
  }
  throw new Error("the file was accepted");
}

const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1]));
const some = Object.fromEntries(Object.entries(many).slice(0, 20_000));
const long = "k".repeat(5_000_000);

describe("a hostile file is answered within 100 ms, in at most 2 kB", () => {
  test.each<[string, unknown, RegExp]>([
    ["200,000 unknown keys", { ...file, ...many }, /^A run's file must have at most 100000 keys, got 200\d{3}\.$/],
    ["200,000 unknown settings", { ...file, config: { ...file.config, ...many } }, /must have at most 100000 keys/],
    ["20,000 unknown keys", { ...file, ...some }, /^A run's file must have no key "k0"\.$/],
    ["20,000 unknown settings", { ...file, config: { ...file.config, ...some } }, /config must have at most 300 keys/],
    ["20,000 metrics", { ...file, final: some }, /final must have at most 300 keys, got 20000/],
    ["a key of 5 MB", { ...file, [long]: 1 }, /must have no key "kkk/],
    ["a setting of 5 MB", { ...file, config: { ...file.config, [long]: 1 } }, /keys of at most 80 characters/],
    ["a backend name of 5 MB", { ...file, backend: long }, /backend must have at most 80 characters, got 5000000/],
    ["100 wrong settings", { ...file, config: { ...file.config, lr: long, steps: long } }, /Learning rate/],
  ])("%s", (_, content, expected) => {
    const { message } = refusal(content);
    expect(message).toMatch(expected);
    expect(new TextEncoder().encode(message).length).toBeLessThanOrEqual(2048);
    expect(Math.min(...[1, 2, 3].map(() => refusal(content).ms))).toBeLessThan(100);
  });
});

describe("a number out of bounds is refused with its path and bound", () => {
  const { series } = file;
  const at = (step: number) => ({ ...series, step: [...series.step.slice(0, -1), step] });
  test.each<[string, string, RegExp]>([
    ["a step of 1e300", JSON.stringify({ ...file, series: at(1e300) }), /series must have a column step of ascending/],
    ["a step of 2^53", JSON.stringify({ ...file, series: at(2 ** 53) }), /series must have a column step of ascending/],
    [
      "steps of 1e300",
      JSON.stringify({ ...file, steps: 1e300 }),
      /steps must be a whole number from 0 to 1000000, got 1e\+300/,
    ],
    [
      "a final of 1e999",
      JSON.stringify({ ...file, final: {} }).replace('"final":{}', '"final":{"loss":1e999}'),
      /final "loss" must be a number, got Infinity/,
    ],
    [
      "a value of 1e999",
      JSON.stringify(file).replace(/"loss":\[[^\]]*/, '"loss":[1e999,1,1,1,1'),
      /series "loss" must hold 5 numbers or nulls/,
    ],
    ["seconds below 0", JSON.stringify({ ...file, seconds: -1 }), /seconds must be a number from 0/],
    ["a date that is none", JSON.stringify({ ...file, created: "soon" }), /created must be a date, got "soon"/],
    [
      "an unknown field of a row",
      JSON.stringify({ ...file, tokens: [{ ...file.tokens[0], more: 1 }] }),
      /tokens\[0\] must have no key "more"/,
    ],
  ])("%s", (_, text, expected) => {
    expect(refusal(text).message).toMatch(expected);
  });
});

test("JSON nested 5,000 deep is refused and no stack overflows", () => {
  const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
  for (const text of [deep, `{"config":${deep},"series":{}}`])
    expect(refusal(text).message).toBe("A run's file must be JSON, got brackets nested deeper than 64.");
});

test("a key that stands twice is refused, for nobody knows which of the two was meant", () => {
  expect(refusal('{"config":{"seed":1,"seed":2},"series":{}}').message).toBe(
    'A run\'s file must be JSON, got the key "seed" twice in one object.',
  );
});

test("a recording of an unknown format, or with a damaged row, is refused with its path", () => {
  const recording = golden("recording.json");
  expect(() => readRecording({ ...recording, format: 7 })).toThrow(/^A recording's format must be 1 or 2, got 7\.$/);
  const rows = [{ step: 0, values: { loss: "low" } }];
  expect(() => readRecording({ ...recording, rows })).toThrow(
    'A recording\'s rows[0].values "loss" must be a number, got "low".',
  );
  expect(() => readRecording(null)).toThrow("A recording's file must be a JSON object, got null.");
});

describe("a stored record that is damaged says what is wrong, and the rest of it is a stand-in", () => {
  const stored = golden("database.json").tables.records[0][1];
  test("the stored record itself is whole", () => {
    expect(fromStored(stored, "golden1")).toMatchObject({ id: "golden1", phase: "paused", step: 5 });
    expect(fromStored(stored, "golden1").damage).toBeUndefined();
  });
  test.each<[string, unknown, RegExp]>([
    ["only an id", { id: "x" }, /name must be there|created must be there/],
    ["nothing", undefined, /must be a JSON object/],
    [
      "a step that is text",
      { ...stored, step: "x" },
      /A stored run's step must be a whole number from 0 to 1000000, got "x"\./,
    ],
    ["a tone of 99", { ...stored, tone: 99 }, /tone must be a whole number from 1 to 8, got 99/],
    ["an odd group", { ...stored, group: { id: 1 } }, /group\.id must be text, got 1/],
    ["an unknown phase", { ...stored, phase: "flying" }, /phase must be one of training, paused/],
    ["a final that is NaN", { ...stored, final: { loss: Number.NaN } }, /final "loss" must be a number, got NaN/],
  ])("%s", (_, record, expected) => {
    const read = fromStored(record, "x");
    expect(read).toMatchObject({ id: "x", phase: "damaged" });
    expect(read.damage).toMatch(expected);
  });
});
