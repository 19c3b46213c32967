import { expect, it } from "vitest";
import { parseStrictJson } from "./jsonText.ts";

it("reads JSON as JSON.parse does, a byte-order mark aside", () => {
  for (const value of [{ a: [1, { a: 2 }], b: 'x": {', 'c"': "\\" }, [], "a:b", 1, null, { "": { "": 1 } }]) {
    expect(parseStrictJson(JSON.stringify(value, null, 2))).toEqual(value);
    expect(parseStrictJson(`\uFEFF${JSON.stringify(value)}`)).toEqual(value);
  }
});

it("keeps __proto__ a key like any other", () => {
  const value = parseStrictJson('{"__proto__": {"polluted": 1}}') as object;
  expect(Object.hasOwn(value, "__proto__")).toBe(true);
  expect("polluted" in {}).toBe(false);
});

it.each([
  ["", "nothing"],
  [" \n", "nothing"],
  ['{"a":1,"a":1}', 'the key "a" twice in one object'],
  [
    '{"a":1,"b":{},"\\u0061"   \n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n:2}',
    'the key "a" twice',
  ],
  ["[".repeat(65), "nested deeper than 64"],
])("refuses %j", (text, message) => {
  expect(() => parseStrictJson(text)).toThrow(message);
});

it("leaves other mistakes to JSON.parse", () => {
  for (const text of ["{", '{"a"}', "}{", '"', '"\\', "{a:1}", "1e", "NaN", '{"a":1}}']) {
    expect(() => parseStrictJson(text), text).toThrow(SyntaxError);
  }
});
