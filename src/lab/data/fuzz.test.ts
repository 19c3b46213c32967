import { afterAll, expect, test } from "vitest";
import { DataError } from "../tasks/dataError.ts";
import { parquetRecords } from "./parquet.ts";
import { readDataSet } from "./readDataSet.ts";
import { recordsOf, type TextFormat } from "./records.ts";
import { mutated } from "./testMutations.ts";
import { PARQUET } from "./testParquet.ts";

/** Damaged files of each kind; `FUZZ=20000 npx vitest run src/lab/data/fuzz.test.ts` tries more, from `FUZZ_FROM` on. */
const COUNT = Number(process.env.FUZZ ?? 150);
const FIRST = Number(process.env.FUZZ_FROM ?? 0);

const rows = Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+1=`, answer: `${i + 1}`, label: i % 2 === 0 }));
const quoted = 'prompt,answer,split\n"1, ""one""",2,train\n"3\n+",4,test\n5,6,train\n7,"8",train\n';
const TEXTS: Readonly<Record<TextFormat, string>> = {
  jsonl: rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  json: JSON.stringify({ data: rows }),
  csv: quoted,
  tsv: quoted.replaceAll(",", "\t"),
};

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64) yield bytes.subarray(at, at + 64);
}

/** Milliseconds that the slowest file took. */
let slowest = 0;
afterAll(() => {
  if (process.env.FUZZ)
    process.stdout.write(`${COUNT} of each kind from ${FIRST} on; the slowest took ${slowest.toFixed(0)} ms\n`);
});

/** What becomes of a damaged file: rows, or one sentence. */
async function outcome(records: ReturnType<typeof recordsOf>): Promise<string> {
  const begin = performance.now();
  try {
    return await resultOf(records);
  } finally {
    slowest = Math.max(slowest, performance.now() - begin);
  }
}

async function resultOf(records: ReturnType<typeof recordsOf>): Promise<string> {
  try {
    const { set, records: count } = await readDataSet(records);
    return set.rows.length <= count ? "rows" : "more rows than records";
  } catch (error) {
    if (error instanceof DataError && /^[A-Z].{10,400}\.$/s.test(error.message)) return "a sentence";
    return `crash: ${error}`;
  }
}

test.each(["jsonl", "json", "csv", "tsv"] as const)("damaged %s gives rows or a sentence", async (format) => {
  const whole = new TextEncoder().encode(TEXTS[format]);
  const seen = new Set<string>();
  for (let number = FIRST; number < FIRST + COUNT; number++) {
    const found = await outcome(recordsOf(pieces(mutated(whole, number)), format));
    if (!["rows", "a sentence"].includes(found)) expect([number, found]).toEqual([]);
    seen.add(found);
  }
  expect(seen).toContain("rows");
});

test.each(["snappy", "none"] as const)("damaged Parquet, %s, gives rows or a sentence", async (compression) => {
  const whole = Uint8Array.from(atob(PARQUET[compression]), (character) => character.charCodeAt(0));
  const seen = new Set<string>();
  for (let number = FIRST; number < FIRST + COUNT; number++) {
    const bytes = mutated(whole, number);
    const file = { size: bytes.length, slice: async (from: number, to: number) => bytes.slice(from, to).buffer };
    const found = await outcome(parquetRecords(file));
    if (!["rows", "a sentence"].includes(found)) expect([number, found]).toEqual([]);
    seen.add(found);
  }
  expect(seen).toContain("a sentence");
});
