import { expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { readLink, writeLink } from "../link/link.ts";
import { dataSetOf } from "../tasks/dataSet.ts";
import { dataTaskId } from "../tasks/dataTask.ts";
import { knowData } from "../tasks/index.ts";
import { packData, packedData, unpackedLines } from "./packedData.ts";
import { dataSetFromLines, storedLines } from "./storedLines.ts";

const small = Array.from({ length: 30 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));

test("a small set comes back from its packed text, with its hash", async () => {
  const set = dataSetOf(small);
  await packData(set.hash, storedLines(small));
  const text = packedData(dataTaskId(set.hash))!;
  expect(text.length).toBeLessThanOrEqual(1200);
  expect((await dataSetFromLines(await unpackedLines(text))).hash).toBe(set.hash);
});

test("a link carries it beside the experiment, and reads as the same experiment", async () => {
  const task = knowData(dataSetOf(small));
  await packData(task.id.slice(5), storedLines(small));
  const config = parseConfig({ task: task.id, algorithm: "grpo", start: "random" });
  const { hash, cuts } = writeLink({ config });
  expect(cuts).toEqual([]);
  expect(hash).toContain(`&data=${packedData(task.id)}`);
  const read = readLink(hash);
  expect([read.config, read.issues]).toEqual([config, []]);
});

test("a large set is not packed", async () => {
  const large = Array.from({ length: 3000 }, (_, i) => ({ prompt: `${i * 7919}+1=`, answer: String(i * 104_729) }));
  const set = dataSetOf(large);
  await packData(set.hash, storedLines(large));
  expect(packedData(dataTaskId(set.hash))).toBeUndefined();
});

test.each(["", "!", "AAAA", "a".repeat(1200)])("the damaged text %j is refused", async (text) => {
  await expect(unpackedLines(text).then(dataSetFromLines)).rejects.toThrow(/must be|at least two/);
});
