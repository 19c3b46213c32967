import { afterAll, expect, test } from "vitest";
import { DataError } from "../../tasks/dataError.ts";
import { tellFigures } from "../../testFigures.ts";
import { readDataSet } from "../readDataSet.ts";
import type { FileRecord } from "../records.ts";
import { mutated } from "../testMutations.ts";
import { parquetRecords } from "./parquet.ts";
import { PARQUET } from "./testParquet.ts";

/** Damaged files of each compression and encoding; `npm run faults` tries 25,000, `FUZZ_FROM` others. */
const COUNT = Number(process.env.FUZZ ?? 150);
const FIRST = Number(process.env.FUZZ_FROM ?? 0);

const bytesOf = (name: keyof typeof PARQUET) => Uint8Array.from(atob(PARQUET[name]), (one) => one.charCodeAt(0));
const recordsIn = (
  bytes: Uint8Array<ArrayBuffer>,
  columns: typeof COLUMNS | typeof DELTAS | { prompt: string } = COLUMNS,
) =>
  parquetRecords(
    { size: bytes.length, slice: async (from, to) => bytes.slice(from, to).buffer },
    { columns, lowercase: false },
  );
const COLUMNS = { prompt: "prompt", answer: "answer", label: "label", messages: "messages", completion: "tags" };
/** Those of files whose numbers and texts are written by their differences. */
const DELTAS = { prompt: "prompt", answer: "answer", label: "big", completion: "completion" };

async function all(lists: AsyncIterable<readonly FileRecord[]>): Promise<FileRecord[]> {
  const found: FileRecord[] = [];
  for await (const records of lists) found.push(...records);
  return found;
}

test.each(["snappy", "none", "zstd", "gzip"] as const)(
  "rows are read with their lists, compression %s",
  async (name) => {
    const records = await all(recordsIn(bytesOf(name)));
    expect(records.length).toBe(30);
    expect(records[6]).toEqual({
      number: 7,
      value: {
        ...{ prompt: "6+1=", answer: 7, label: true, tags: ["a", "a"] },
        messages: [
          { role: "user", content: "6?" },
          { role: "assistant", content: "7" },
        ],
      },
    });
    expect(records[20]!.value).toMatchObject({ messages: null, tags: [] });
  },
);

test.each(["delta", "deltaTwo"] as const)("numbers and texts are read from their differences: %s", async (name) => {
  const records = await all(recordsIn(bytesOf(name), DELTAS));
  const rows = Array.from({ length: 30 }, (_, i) => {
    const power = (-1n) ** BigInt(i) * 3n ** BigInt(i + 10);
    // Numbers are exact, or their digits.
    const big = Number.isSafeInteger(Number(power)) ? Number(power) : String(power);
    const completion = i % 7 ? `the answer is ${i + 1}, é` : null;
    return { prompt: `${i}+1=`, answer: i + 1, big, completion };
  });
  expect(records.map(({ value }) => value)).toEqual(rows);
});

test("rows compressed with LZ4_RAW are read", async () => {
  const records = await all(recordsIn(bytesOf("lz4"), { ...COLUMNS, label: "prompt" }));
  const rows = Array.from({ length: 120 }, (_, i) => ({ prompt: `${i % 30}+1=`, answer: (i % 30) + 1 }));
  expect(records.map(({ value }) => value)).toEqual(rows);
});

test("columns without a role are named and not read", async () => {
  const [first] = await all(recordsIn(bytesOf("snappy"), { ...COLUMNS, messages: "answer", completion: "prompt" }));
  expect(first!.value).toEqual({ prompt: "0+1=", answer: 1, label: true, messages: null, tags: null });
  const bytes = bytesOf("zstd");
  const file = { size: bytes.length, slice: async (from: number, to: number) => bytes.slice(from, to).buffer };
  const { columns, mapping, records } = await readDataSet(parquetRecords(file));
  expect([records, columns]).toEqual([30, ["prompt", "answer", "label", "messages", "tags"]]);
  expect(mapping.columns).toMatchObject({ prompt: "prompt", answer: "answer" });
});

test.each([
  ["another compression", bytesOf("brotli"), /SNAPPY, GZIP, LZ4_RAW or ZSTD, got BROTLI\./],
  ["decimals", bytesOf("decimal"), /column answer .* got DECIMAL\./],
  ["nothing", new Uint8Array(0), /must end with PAR1/],
  ["text", new TextEncoder().encode("prompt,answer\n1,2\n"), /must end with PAR1/],
  ["a file without its beginning", bytesOf("snappy").slice(300), /must be whole/],
])("%s is refused in a sentence", async (_, bytes, reason) => {
  await expect(all(recordsIn(Uint8Array.from(bytes)))).rejects.toThrow(reason);
});

let [slowest, largest] = [0, 0];
afterAll(() => tellFigures({ slowestMs: Math.round(slowest), mostMb: Math.round(largest / 1e6) }));

/** What became of a damaged file. */
async function outcome(bytes: Uint8Array<ArrayBuffer>, columns: typeof COLUMNS | typeof DELTAS): Promise<string> {
  try {
    const records = await all(recordsIn(bytes, columns));
    return records.length <= 1_000_000 ? "rows" : "too many rows";
  } catch (error) {
    if (error instanceof DataError && /^[A-Z].{10,400}\.$/s.test(error.message)) return "a sentence";
    return `crash: ${error instanceof Error ? error.stack : error}`;
  }
}

test.each(["snappy", "none", "zstd", "gzip", "delta", "deltaTwo", "lz4"] as const)(
  "damaged Parquet, %s, gives rows or a sentence",
  async (name) => {
    const whole = bytesOf(name);
    const seen = new Set<string>();
    for (let number = FIRST; number < FIRST + COUNT; number++) {
      const begin = performance.now();
      const found = await outcome(mutated(whole, number), name.startsWith("delta") ? DELTAS : COLUMNS);
      slowest = Math.max(slowest, performance.now() - begin);
      largest = Math.max(largest, process.memoryUsage().arrayBuffers);
      if (!["rows", "a sentence"].includes(found)) expect([number, found]).toEqual([]);
      seen.add(found);
    }
    expect(seen).toContain("a sentence");
  },
  60_000 + 60 * COUNT,
);
