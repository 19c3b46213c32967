import { expect, test } from "vitest";
import { pastedFormat } from "./pasted.ts";

test.each([
  ['{"prompt": "a"}\n{"prompt": "b"}', "jsonl"],
  ['{"prompt": "a"}', "jsonl"],
  ['  [{"prompt": "a"}]', "json"],
  ['{\n  "data": [{"prompt": "a"}]\n}', "json"],
  ["prompt\tanswer\na\tb", "tsv"],
  ["prompt,answer\na,b", "csv"],
])("%j is taken for %s", (text, format) => {
  expect(pastedFormat(text)).toBe(format);
});
