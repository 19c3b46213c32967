import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packData, packedData } from "../lab/data/packedData.ts";
import { storedLines } from "../lab/data/storedLines.ts";
import { dataSetOf } from "../lab/tasks/dataSet.ts";
import { dataTaskId } from "../lab/tasks/dataTask.ts";
import { main } from "./main.ts";
import { memoryIo } from "./testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "policy-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const sums = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    JSON.stringify({ question: `${from + i}+1=`, answer: `${from + i + 1}` }),
  );
const data = write("sums.jsonl", [...sums(0, 24), JSON.stringify({ question: "WAS?", answer: "x" })].join("\n"));
const evalData = write("more.jsonl", sums(50, 54).join("\n"));
const SMALL = ["--set", "size=nano", "--set", "evalProblems=8", "--steps", "2", "--policy", "simd", "--json"];

async function lab(...argv: string[]) {
  const io = memoryIo();
  return { code: await main(argv, io), out: io.outLines.join("\n"), err: io.errLines.join("\n") };
}

test("a run on rows of one's own says what it made of them, and is the same again", async () => {
  const answer = await lab("train", "sft-countdown", "--data", data, ...SMALL);
  expect(answer).toMatchObject({ code: 0 });
  expect(answer.err).toContain("1 of 25 records left out: a character outside the alphabet");
  expect(answer.err).toMatch(/sums\.jsonl \(data-[0-9a-f]{16}\): 24 rows with answers: 16 for training, 8 held out\./);
  const { config, parameterHash } = JSON.parse(answer.out);
  expect(config).toMatchObject({ start: "random", algorithm: "sft", answerRule: "exact" });
  const again = await lab("train", "sft-countdown", "--data", data, ...SMALL);
  expect(JSON.parse(again.out).parameterHash).toBe(parameterHash);
});

test("--eval-data is held out, and --map names other columns", async () => {
  const answer = await lab("train", "sft-countdown", "--data", data, "--eval-data", evalData, ...SMALL);
  expect(answer.err).toContain("28 rows with answers: 24 for training, 4 held out.");
  const strange = write("strange.csv", "a,b\nwas?,Ja\nwer?,Nein\n");
  const mapped = ["--map", "prompt=a", "--map", "completion=b", "--map", "lowercase=1"];
  const other = await lab("train", "sft-countdown", "--data", strange, ...mapped, ...SMALL);
  expect(other.err).toContain("2 rows with completions: 1 for training, 1 held out.");
});

test("a file of a run on data is refused without them, and goes on with them", async () => {
  const out = join(folder, "run.json");
  await lab("train", "sft-countdown", "--data", data, ...SMALL, "--out", out);
  const absent = write(
    "absent.json",
    JSON.stringify({ task: "data-0123456789abcdef", algorithm: "sft", start: "random" }),
  );
  const without = await lab("train", absent, "--policy", "simd");
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining("are not here: open the file") });
  const checkpoint = out.replace(".json", ".safetensors");
  const more = ["--resume", checkpoint, "--steps", "4", "--policy", "simd", "--json"];
  const resumed = await lab("train", ...more, "--data", data);
  expect(resumed).toMatchObject({ code: 0 });
  expect(JSON.parse(resumed.out).steps).toBe(4);
});

test("a link with its rows trains without a file", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+5=`, answer: String(i + 5) }));
  const set = dataSetOf(rows);
  await packData(set.hash, storedLines(rows));
  const text = packedData(dataTaskId(set.hash));
  const link = `#v=1&task=data-${set.hash}&algorithm=sft&start=random&size=nano&seed=1&data=${text}`;
  const answer = await lab("train", link, "--set", "evalProblems=8", "--steps", "2", "--policy", "simd", "--json");
  expect(answer).toMatchObject({ code: 0 });
  expect(JSON.parse(answer.out).config.task).toBe(`data-${set.hash}`);
});

test("the demonstrations of an export are the rows, and reward.py knows their answers", async () => {
  const out = join(folder, "trl");
  await lab("export", "grpo-countdown", "--data", data, "--set", "size=nano", "--format", "trl", "--out", out);
  expect(JSON.parse(readFileSync(join(out, "answers.json"), "utf8"))["3+1="]).toEqual(["4"]);
  expect(readFileSync(join(out, "reward.py"), "utf8")).toContain("def verify_data(");
});

test.each([
  [["train", "sft-countdown", "--data", "/nowhere.jsonl"], "/nowhere.jsonl must be a file that can be read"],
  [["train", "sft-countdown", "--map", "prompt=a"], "--map must come with --data"],
  [["train", "sft-countdown", "--data", data, "--map", "who=a"], "--map must read role=column with one of prompt"],
  [["train", "sft-countdown", "--data", data, "--set", "largest=9"], 'Unknown setting "largest"'],
  [["train", "sft-countdown", "--data", write("none.jsonl", "{}\n")], "none.jsonl: A data set must have rows that fit"],
])("%j is refused with one sentence", async (argv, sentence) => {
  const answer = await lab(...argv);
  expect(answer.code).toBe(2);
  expect(answer.err).toContain(sentence);
});
