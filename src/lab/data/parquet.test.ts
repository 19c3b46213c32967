import { expect, test } from "vitest";
import { parquetRecords } from "./parquet.ts";
import { readDataSet } from "./readDataSet.ts";
import { PARQUET } from "./testParquet.ts";

const bytesOf = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const recordsIn = (bytes: Uint8Array<ArrayBuffer>) =>
  parquetRecords({ size: bytes.length, slice: async (from, to) => bytes.slice(from, to).buffer });

test.each(["snappy", "none"] as const)("rows of a Parquet file are read, compression %s", async (compression) => {
  const { set, columns, records, refused } = await readDataSet(recordsIn(bytesOf(PARQUET[compression])));
  expect([records, refused, columns]).toEqual([40, [], ["prompt", "answer", "note"]]);
  // Whole numbers of 64 bits are texts of a row like any number.
  expect(set.rows[2]).toEqual({ prompt: "2+1=", answer: "3" });
});

test("nested columns keep their form", async () => {
  for await (const [first] of recordsIn(bytesOf(PARQUET.snappy)))
    expect(first).toEqual({ number: 1, value: { prompt: "0+1=", answer: 1, note: { from: "us", tags: ["a", "b"] } } });
});

test.each([
  ["another compression", bytesOf(PARQUET.zstd), /uncompressed or Snappy.*ZSTD/],
  ["nothing", new Uint8Array(0), /uncompressed or Snappy/],
  ["text", new TextEncoder().encode("prompt,answer\n1,2\n"), /uncompressed or Snappy/],
  ["half a file", bytesOf(PARQUET.snappy).slice(0, 500), /uncompressed or Snappy/],
  ["a file without its beginning", bytesOf(PARQUET.snappy).slice(300), /Parquet file must be/],
])("%s is refused in a sentence", async (_, bytes, reason) => {
  await expect(readDataSet(recordsIn(Uint8Array.from(bytes)))).rejects.toThrow(reason);
});
