import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../tasks/dataError.ts";
import type { Mapping } from "./columns.ts";
import { readDataSet } from "./readDataSet.ts";
import { formatOf, recordsOf, type TextFormat, tooLarge } from "./records.ts";
import { dataSetFromLines, storedLines } from "./storedLines.ts";

async function* pieces(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (text: string | Uint8Array, format: TextFormat = "jsonl", mapping?: Mapping, size = 7) =>
  readDataSet(recordsOf(pieces(text, size), format), { mapping });
const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join("\n");
const rowsOf = async (...args: Parameters<typeof read>) => (await read(...args)).set.rows;

test("TRL's forms are read by the names of their columns", async () => {
  const two = (row: object) => lines({ ...row, prompt: "a" }, { ...row, prompt: "b" });
  expect(await rowsOf(two({ completion: "x" }))).toEqual([
    { prompt: "a", completion: "x" },
    { prompt: "b", completion: "x" },
  ]);
  expect((await rowsOf(two({ chosen: "x", rejected: "y" })))[0]).toEqual({ prompt: "a", chosen: "x", rejected: "y" });
  expect((await rowsOf(two({ completion: "x", label: true })))[0]).toEqual({
    prompt: "a",
    completion: "x",
    label: true,
  });
  expect((await rowsOf(two({ solution: 42 })))[0]).toEqual({ prompt: "a", answer: "42" });
  expect((await rowsOf(lines({ text: "one" }, { text: "two" })))[0]).toEqual({ prompt: "", completion: "one" });
});

test("a pair without a prompt begins with what both answers have in common", async () => {
  const rows = await rowsOf(lines({ chosen: "ask yes", rejected: "ask no" }, { chosen: "b1", rejected: "b2" }));
  expect(rows[0]).toEqual({ prompt: "ask ", chosen: "yes", rejected: "no" });
});

test("conversations are read by their contents", async () => {
  const says = (content: string, role = "user") => ({ role, content });
  const rows = await rowsOf(
    lines(
      { messages: [says("be kind"), says("hi"), says("hello", "assistant")] },
      { prompt: [says("q")], completion: [says("a")] },
    ),
  );
  expect(rows).toEqual([
    { prompt: "be kind hi", completion: "hello" },
    { prompt: "q", completion: "a" },
  ]);
});

test("CSV, TSV and JSON give the rows that JSON Lines give, and the same hash", async () => {
  const expected = await read(lines({ prompt: "a, b", completion: "x" }, { prompt: "c", completion: "y" }));
  const csv = 'prompt,completion\r\n"a, b",x\r\nc,"y"\r\n';
  expect((await read(csv, "csv")).set).toEqual(expected.set);
  expect((await read("prompt\tcompletion\na, b\tx\nc\ty", "tsv")).set).toEqual(expected.set);
  expect(
    (await read('\ufeff{"data":[{"prompt":"a, b","completion":"x"},{"prompt":"c","completion":"y"}]}', "json")).set,
  ).toEqual(expected.set);
});

test("records that do not fit are counted by reason and named by number", async () => {
  const { set, records, refused, examples } = await read(
    lines(
      { prompt: "a", completion: "x" },
      { prompt: "A", completion: "x" },
      { prompt: "b", completion: "y" },
      { prompt: "c" },
      { prompt: "d", completion: "z".repeat(300) },
      { prompt: "e", completion: "é" },
      7,
    ),
  );
  expect([set.rows.length, records]).toEqual([2, 7]);
  expect(Object.fromEntries(refused.map(({ reason, count }) => [reason, count]))).toEqual({
    'a character outside the alphabet, e.g. "A"': 1,
    'a character outside the alphabet, e.g. "é"': 1,
    "no completion, answer or pair": 1,
    "longer than 256 tokens": 1,
    "not a JSON object": 1,
  });
  expect(examples[0]).toEqual({ number: 2, reason: 'a character outside the alphabet, e.g. "A"' });
});

test("a mapping names other columns, and reads capitals as small letters where it says so", async () => {
  const mapping = { columns: { prompt: "Frage", answer: "Antwort" }, lowercase: true };
  const rows = await rowsOf(
    lines({ Frage: "Ja?", Antwort: "JA" }, { Frage: "Nein?", Antwort: "nein" }),
    "jsonl",
    mapping,
  );
  expect(rows[0]).toEqual({ prompt: "ja?", answer: "ja" });
});

test("an eighth of the prompts is held out, and at least eight, whatever the order of the file; a column has the last word", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({ prompt: `q${i % 40}`, completion: `${i}` }));
  const held = ({ set }: Awaited<ReturnType<typeof read>>) =>
    new Set(set.rows.filter((_, at) => set.splits[at] === "id").map(({ prompt }) => prompt));
  const one = held(await read(lines(...rows)));
  expect(one.size).toBe(8);
  expect(held(await read(lines(...rows.toReversed())))).toEqual(one);
  const { set } = await read(
    lines({ prompt: "a", completion: "x", split: "validation" }, { prompt: "b", completion: "y" }),
  );
  expect(set.splits).toEqual(["id", "train"]);
});

test("a set comes back from its lines with the same hash; other rows have another", async () => {
  const { set } = await read(lines({ prompt: "a", completion: "x" }, { prompt: "b", answer: "y" }));
  expect(await dataSetFromLines(storedLines(set.rows))).toEqual(set);
  const other = await read(lines({ prompt: "a", completion: "x" }, { prompt: "b", answer: "z" }));
  expect(other.set.hash).not.toBe(set.hash);
  expect(set.hash).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  ["", "the file has no records"],
  [lines({ prompt: "a", completion: "x" }), "at least two different prompts, got 1"],
  ['[{"prompt":', "none of 1 records"],
])("%j is refused with a sentence", async (text, sentence) => {
  await expect(read(text)).rejects.toThrow(sentence);
});

test("a file with too many records or bytes is refused with the bound and what came, the rest of it unread", async () => {
  let pieces = 0;
  const piece = new TextEncoder().encode('{"prompt":"a","answer":"b"}\n'.repeat(10_000));
  async function* endless() {
    for (;;) {
      pieces++;
      yield piece;
    }
  }
  const refused = async () => {
    for await (const _ of recordsOf(endless(), "jsonl"));
  };
  await expect(refused()).rejects.toThrow("A file of data must have at most 1,000,000 records, got more");
  expect(pieces).toBe(101);
  expect(tooLarge("a.jsonl", 200e6)).toBeUndefined();
  expect(tooLarge("a.csv", 200.1e6)).toBe(
    "A file of data must have at most 200 MB, got 200.1 MB: nothing of it was read.",
  );
  expect(tooLarge("a.json", 40e6)).toMatch(/of JSON \(JSON Lines may have more\) must have at most 32 MB, got 40.0 MB/);
});

test("a format is named by a file's ending", () => {
  expect(["a.JSONL", "a.json", "a.csv", "a.tsv", "a.txt"].map(formatOf)).toEqual([
    "jsonl",
    "json",
    "csv",
    "tsv",
    "jsonl",
  ]);
});

test("damaged files of every format end in rows or in a sentence", async () => {
  const seeds: Record<TextFormat, string> = {
    jsonl: lines({ prompt: "a", completion: "x" }, { prompt: "b", completion: "y" }),
    json: '[{"prompt":"a","completion":"x"},{"prompt":"b","completion":"y"}]',
    csv: 'prompt,completion\n"a",x\nb,"y"\n',
    tsv: "prompt\tcompletion\na\tx\nb\ty\n",
  };
  const formats = Object.keys(seeds) as TextFormat[];
  const damage = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...formats),
      damage,
      fc.integer({ min: 1, max: 50 }),
      async (format, changes, size) => {
        const bytes = new TextEncoder().encode(seeds[format]);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        const result = await read(bytes, format, undefined, size).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(DataError);
      },
    ),
    { numRuns: 2000 },
  );
});
