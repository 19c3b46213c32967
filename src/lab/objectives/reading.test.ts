import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";

const HERE = new URL("./", import.meta.url);

/** The files in this folder that an algorithm's file leads to, itself among them: what is read to know it whole. */
function reading(file: string, seen = new Set<string>()): ReadonlySet<string> {
  seen.add(file);
  for (const [, target] of readFileSync(new URL(file, HERE), "utf8").matchAll(/\bfrom "(\.[^"]+)"/g)) {
    const path = posix.join(posix.dirname(file), target!);
    if (!path.startsWith("..") && !seen.has(path)) reading(path, seen);
  }
  return seen;
}

test.each([
  ["sft.ts", 5],
  ["dft.ts", 5],
  ["grpo.ts", 5],
  ["dpo.ts", 5],
  ["chord.ts", 8],
])("%s is known whole from at most %i files of this folder", (file, most) => {
  const files = [...reading(file)];
  expect(files).toContain("objective.ts");
  expect(files.length, files.join(", ")).toBeLessThanOrEqual(most);
});
