import { expect, test } from "vitest";
import { parse } from "./arguments.ts";
import type { Command } from "./command.ts";

const walk: Command = {
  name: "walk",
  summary: "Walks.",
  usage: "<where>",
  positionals: [0, 1],
  options: {
    steps: { type: "text", value: "n", help: "how far" },
    set: { type: "list", value: "key=value", help: "a setting" },
    json: { type: "flag", help: "as JSON" },
  },
  run: async () => 0,
};

test("arguments are read in any order, and a repeated text counts once", () => {
  const args = parse(walk, ["--steps", "3", "home", "--set=a=1", "--json", "--set", "b=-2", "--steps=3"]);
  expect(args.positionals).toEqual(["home"]);
  expect(args.number("steps", { min: 0, max: 10, whole: true })).toBe(3);
  expect(args.list("set")).toEqual(["a=1", "b=-2"]);
  expect(args.flag("json")).toBe(true);
});

test("two values of one option are refused, for none of them is the one that was meant", () => {
  const args = parse(walk, ["--steps", "3", "--steps=4"]);
  expect(() => args.text("steps")).toThrow('--steps must be given once, got "3" and "4".');
});

test.each(["0x3", "0b1", "1_0", "Infinity", "NaN", "", "１"])("%s is no number of an option", (text) => {
  const args = parse(walk, ["--steps", text]);
  expect(() => args.number("steps", { min: 0, max: 10 })).toThrow("--steps must be a number in [0, 10], got");
});

test("what was not given is undefined, empty or false", () => {
  const args = parse(walk, []);
  expect([args.text("steps"), args.number("steps", { min: 0, max: 1 })]).toEqual([undefined, undefined]);
  expect([args.list("set"), args.flag("json"), args.positionals]).toEqual([[], false, []]);
});

test("a negative number is a value, a following option is not", () => {
  expect(parse(walk, ["--steps", "-1"]).text("steps")).toBe("-1");
  expect(() => parse(walk, ["--steps", "--json"])).toThrow("--steps must be followed by n, got --json.");
  expect(() => parse(walk, ["--steps"])).toThrow("--steps must be followed by n, got nothing.");
});

test("an empty text is no value and no argument", () => {
  expect(() => parse(walk, ["--steps="]).text("steps")).toThrow("--steps must be followed by n, got nothing.");
  expect(() => parse(walk, [""])).toThrow("lab walk must be followed by <where>, got nothing.");
});

test("what may name a file that is read is every argument and value but that of --out", () => {
  const out = { ...walk, options: { ...walk.options, out: { type: "text", help: "where" } } } as const;
  expect(parse(out, ["home", "--out", "x", "--set", "a=1", "--json"]).read).toEqual(["home", "a=1", ""]);
});

test("an unknown option is refused with the nearest one, or with all of them", () => {
  expect(() => parse(walk, ["--setps", "3"])).toThrow("lab walk has no option --setps: did you mean --steps?");
  expect(() => parse(walk, ["--umbrella"])).toThrow("its options are --steps, --set, --json.");
  expect(() => parse(walk, ["-q"])).toThrow("lab walk has no option -q");
});

test("a flag takes no value and a command no more arguments than it declares", () => {
  expect(() => parse(walk, ["--json=yes"])).toThrow('--json takes no value, got "yes".');
  expect(() => parse(walk, ["home", "work"])).toThrow('lab walk takes <where>, got "work" on top.');
  expect(() => parse({ ...walk, positionals: [1, 1] }, [])).toThrow(
    "lab walk must be followed by <where>, got nothing.",
  );
});

test("a number must be one, whole where that is asked, and within its bounds", () => {
  const read = (text: string) => parse(walk, [`--steps=${text}`]).number("steps", { min: 1, max: 9, whole: true });
  for (const text of ["fast", "", "NaN", "1.5", "0", "10", "Infinity"]) {
    expect(() => read(text)).toThrow(`--steps must be a whole number in [1, 9], got "${text}".`);
  }
  expect(read("9")).toBe(9);
});

test("asking for an option that the command does not declare is a mistake in the program", () => {
  expect(() => parse(walk, []).text("speed")).toThrow(TypeError);
});
