import { expect, test } from "vitest";
import { rewardPython } from "../../export/rewards/rewardPython.ts";
import { isMetric } from "../../metrics.ts";
import { initials } from "../../schema.ts";
import { dataSetOf } from "../../tasks/dataSet.ts";
import { knowData } from "../../tasks/index.ts";
import { REWARD_RULES } from "./index.ts";
import { partsIn, REWARD_PARTS, REWARD_WEIGHTS, weightKey } from "./weights.ts";

const rate = (id: string, given: string, answer: string, params = {}) =>
  REWARD_RULES.find((rule) => rule.id === id)!.rate(given, answer, { ...initials(REWARD_WEIGHTS), ...params });

test.each([
  ["choice", "(b)", "b", 1],
  ["choice", "it is (a) or rather b.", "(B) paris", 1],
  ["choice", "b or a", "b", 0],
  ["choice", "blue", "b", 0],
  ["choice", "b", "blue", 0],
  ["json", '{"a": [1]}', "", 1],
  ["json", "[]", "", 1],
  ["json", "12", "", 0],
  ["json", "null", "", 0],
  ["json", "{a: 1}", "", 0],
  ["json", "[NaN]", "", 0],
  ["length", "x".repeat(20), "", 1],
  ["length", "x".repeat(15), "", 0.75],
  ["length", "x".repeat(25), "", 0.75],
  ["length", "", "", 0],
  ["length", "x".repeat(100), "", 0],
])("%s rates %j for %j with %d", (id, given, answer, value) => {
  expect(rate(id, given, answer)).toBeCloseTo(value, 12);
});

test("the target of the length is a knob", () => {
  expect(rate("length", "abcd", "", { lengthTarget: 4 })).toBe(1);
  expect(rate("length", "abcd", "", { lengthTarget: 8 })).toBe(0.5);
});

test("every part has a metric, and every rule that decides a counterpart in Python", () => {
  for (const { id } of REWARD_PARTS) expect(isMetric(`rewards/${id}/mean`), id).toBe(true);
  const python = rewardPython(
    knowData(
      dataSetOf([
        { prompt: "a", answer: "b" },
        { prompt: "c", answer: "d" },
      ]),
    ).id,
    {},
    { ...initials(REWARD_WEIGHTS), lengthWeight: 0.5 },
  );
  for (const { id, decides } of REWARD_RULES) expect(python).toMatch(decides ? `    "${id}": ` : `name == "${id}"`);
  expect(python).toContain('WEIGHTS = {"right": 1, "length": 0.5}');
});

test("every part has a weight, and no rule rates outside [0, 1] or throws", () => {
  for (const { id } of REWARD_PARTS) expect(REWARD_WEIGHTS).toHaveProperty(weightKey(id));
  const texts = ["", "(", "\\", "a".repeat(5000), "[".repeat(5000), "1e999", "-", "\u0000", "(?<x>a)", "NaN"];
  for (const { id } of REWARD_RULES)
    for (const given of texts)
      for (const answer of texts) {
        const value = rate(id, given, answer);
        expect(value >= 0 && value <= 1, `${id} ${given} ${answer}`).toBe(true);
      }
});

test("a reward that is the verdict alone has no parts", () => {
  const usual = initials(REWARD_WEIGHTS);
  const ids = (changes: object) => partsIn({ ...usual, ...changes }).map(({ id }) => id);
  expect(ids({})).toEqual([]);
  expect(ids({ rightWeight: 2 })).toEqual(["right"]);
  expect(ids({ rightWeight: 0, jsonWeight: 1 })).toEqual(["json"]);
  // Nothing weighs anything: the verdict is worth 0, not 1.
  expect(ids({ rightWeight: 0 })).toEqual(["right"]);
  expect(ids({ lengthWeight: 0.1, functionWeight: 1 })).toEqual(["right", "length", "function"]);
});

test.each([
  ["sixty optional characters", `${"a?".repeat(60)}${"a".repeat(60)}`, "a".repeat(60)],
  ["five bounded repeats", ".{0,250}".repeat(5), "a".repeat(250)],
  ["sixty groups of two branches", "(a|a)".repeat(60), "a".repeat(60)],
  ["a number of four digits", "a{1000}", "a".repeat(1000)],
])("a pattern with %s fits nothing", (_, pattern, given) => {
  expect(rate("pattern", given, pattern)).toBe(0);
});

test.each([
  ["(cat|dog)s?", "dogs", 1],
  ["cat|dog|hen|cow|pig|fox", "fox", 1],
  ["[?*+|]{3}\\?\\*\\+\\{\\|", "?*+?*+{|", 1],
  ["(?:-)?\\d{1,3}", "-42", 1],
  ["(?:-)?\\d{1,3}", "4242", 0],
  [".*?;.*", "a;b", 1],
])("the pattern %s on %j: %d", (answer, given, value) => {
  expect(rate("pattern", given, answer)).toBe(value);
});

test("a pattern fits nothing so long that it could take long: characters² · length of the pattern", () => {
  // 3000² · 5 is below 50 million, 9000² · 5 is above it.
  expect(rate("pattern", "a".repeat(3000), ".*a.*")).toBe(1);
  expect(rate("pattern", "a".repeat(9000), ".*a.*")).toBe(0);
});

test.each(["(a", "\\d+-\\d+-\\d+", "(ab)+", "a{1000}"])(
  "a pattern that no answer can fit is refused as a setting: %s",
  (text) => {
    expect(() => REWARD_WEIGHTS.patternText!.read(text, "patternText")).toThrow(
      "must be a regular expression with at most 2 of",
    );
    expect(REWARD_WEIGHTS.patternText!.read(".*[*].*", "patternText")).toBe(".*[*].*");
  },
);
