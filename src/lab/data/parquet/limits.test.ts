import { expect, test } from "vitest";
import { Budget, unfolded } from "./codecs.ts";
import { readDelta, readFronts } from "./delta.ts";
import type { SlicedFile } from "./footer.ts";
import { parquetRecords } from "./parquet.ts";
import { readPlain } from "./plain.ts";
import { framed, parquetFile, thrift, type Written } from "./testWriter.ts";

const read = async (file: SlicedFile) => {
  const lists = [];
  for await (const list of parquetRecords(file)) lists.push(...list);
  return lists;
};
const INT32 = 1;
const column = (name: string): Written => ({ 1: INT32, 3: 0, 4: name });
const root = (children: number): Written => ({ 3: 0, 4: "schema", 5: children });
const group = (name: string, children: number): Written => ({ 3: 1, 4: name, 5: children });
const many = (count: number): Written[] => Array.from({ length: count }, () => ({}));
/** A page of whole numbers, 4 bytes each. */
const page = (values: readonly number[], more: Readonly<Record<number, Written>> = {}) => [
  ...thrift({ 1: 0, 2: values.length * 4, 3: values.length * 4, 5: { 1: values.length, 2: 0, 3: 3, 4: 3 }, ...more }),
  ...values.flatMap((value) => [value, 0, 0, 0]),
];
const dictionary = [...thrift({ 1: 2, 2: 4, 3: 4, 7: { 1: 1, 2: 0 } }), 7, 0, 0, 0];
const one = (data: readonly number[], rows = 2) => parquetFile(rows, [root(1), column("prompt")], [["prompt"]], data);

test("a file of this writer is read", async () => {
  expect(await read(one(page([5, 6])))).toEqual([5, 6].map((prompt, i) => ({ number: i + 1, value: { prompt } })));
});

test.each([
  ["a footer of empty structs", framed(thrift({ 2: many(600_000) })), /a header has too many values/],
  ["a page's header of empty structs", one(page([5, 6], { 12: many(2000) })), /a header has too many values/],
  ["an empty page", one(page([])), /a page is empty/],
  ["a second dictionary", one([...dictionary, ...dictionary, ...page([5, 6])]), /two dictionaries/],
  [
    "too many columns",
    parquetFile(1, [root(1001), ...Array.from({ length: 1001 }, (_, i) => column(`c${i}`))], [["c1"]], page([1])),
    /at most 1,000 columns, got 1,001/,
  ],
  [
    "two columns of one name",
    parquetFile(1, [root(2), column("prompt"), column("prompt")], [["prompt"]], page([1])),
    /got two named “prompt”/,
  ],
  [
    "columns over one another",
    parquetFile(
      2,
      [root(2), column("prompt"), column("answer")],
      [["prompt"], ["answer"]],
      [...page([5, 6]), ...Array.from({ length: 2000 }, () => 0)],
    ),
    /columns lie over one another/,
  ],
  [
    "a group of more values than may be held",
    parquetFile(
      900_000,
      [root(1), group("prompt", 3), ...["a", "b", "c"].map(column)],
      ["a", "b", "c"].map((name) => ["prompt", name]),
      [...thrift({ 1: 0, 2: 8, 3: 8, 5: { 1: 900_000, 2: 0, 3: 3, 4: 3 } }), 4, 0, 0, 0, ...[0xc0, 0xee, 0x6d, 0]],
    ),
    /has 2700000 values in prompt, more than 2000000/,
  ],
])("%s is refused in a sentence", async (_, file, reason) => {
  await expect(read(file)).rejects.toThrow(reason);
});

test("columns that play no role are named once", async () => {
  const file = parquetFile(2, [root(2), column("prompt"), column("other")], [["prompt"], ["other"]], page([5, 6]));
  expect((await read(file)).map(({ value }) => value)).toEqual([{ prompt: 5, other: null }, { prompt: 6 }]);
});

test("a page must unfold to its size, and may not claim more than it can hold", async () => {
  const [GZIP, ZSTD] = [2, 6];
  const frame = (...bytes: number[]) =>
    Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, bytes.length * 8 + 1, 0, 0, ...bytes]);
  for (const last of [0, 0x5a, 0xa5]) {
    expect([...(await unfolded(frame(1, 2, last), ZSTD, 3))]).toEqual([1, 2, last]);
    await expect(unfolded(frame(1, 2, last), ZSTD, 5)).rejects.toThrow(/ZSTD page is none of its size/);
  }
  await expect(unfolded(frame(1, 2, 3), ZSTD, 2)).rejects.toThrow(/ZSTD page is none of its size/);
  await expect(unfolded(new Uint8Array(20), GZIP, 64e6)).rejects.toThrow(/GZIP page claims more/);
  const budget = new Budget(100);
  budget.take(100);
  expect(() => budget.take(1)).toThrow(/at most 1 GB together/);
});

const ZSTD_PAGE =
  "KLUv/aDYBAIAVAAAEDAxAQD7/+UOC50EAAKFDAygVQcAG/m3Nynob2BZ0glvaxjUhHNbw6AI57aGQRHObQ0z+CphZMlEklzkyJGLRVYaNyBAwykPIRfXdsFOxrAJuxlrt7SOLcG7dbMV36NaZkV7eJmVrWsLK4R9wHZrS7C7MmZoYgdjmAm7jbVbuI4t0b31E1Ycgt0h44INEedgOBqH8IEbrIXU3Zg1OldFCA==";

test("a ZSTD page of several blocks is read, and one that goes on behind its frame is refused", async () => {
  const rest = Array.from({ length: 60 }, (_, i) => `${(i * 7) % 13}+${i % 5}=`).join(" ");
  const page = "01".repeat(66_000) + rest;
  // As zstd 1.5 writes it: the library keeps what it needs behind a last block that is smaller than the first.
  const bytes = Uint8Array.from(atob(ZSTD_PAGE), (one) => one.charCodeAt(0));
  expect(new TextDecoder().decode(await unfolded(bytes, 6, page.length)) === page).toBe(true);
  for (const size of [page.length - 1, page.length + 1])
    await expect(unfolded(bytes, 6, size)).rejects.toThrow(/none of its size/);
  await expect(unfolded(Uint8Array.from([...bytes, 0]), 6, page.length)).rejects.toThrow(/more than a frame/);
});

const LEAF = { name: "x", unread: undefined, repetition: "required", children: [], isList: false, path: "x" } as const;
const TEXT = { ...LEAF, type: 6, definition: 0, repeats: 0 };
/** Numbers that are all alike, of no bits: blocks of 128 in four miniblocks, how many, the first twice over, no difference. */
const alike = (count: number, value: number) => {
  const blocks = Array.from({ length: Math.ceil((count - 1) / 128) }, () => [0, 0, 0, 0, 0]).flat();
  return [128, 1, 4, ...varint(count), ...varint(value * 2), ...blocks];
};
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

/** Two numbers, by their difference. */
const pair = ([first = 0, second = 0]: readonly number[]) => {
  const zigzag = (value: number) => varint(value < 0 ? -2 * value - 1 : 2 * value);
  return [128, 1, 4, 2, ...zigzag(first), ...zigzag(second - first), 0, 0, 0, 0];
};

test("texts that a few bytes stand for are counted before they are made", () => {
  const budget = new Budget(1e9);
  // Each shares a thousand letters with the one before it, and adds none.
  const same = (count: number, length: number) => Uint8Array.from([...alike(count, length), ...alike(count, 0)]);
  expect(() => readFronts(same(100, 1_000_000), TEXT, 100, budget)).toThrow(
    /texts of a page are longer than 64,000,000 bytes/,
  );
  expect(() => readFronts(same(100, 1000), TEXT, 100, new Budget(10))).toThrow(/at most 1 GB together/);
  expect(() => readFronts(same(100, 1000), TEXT, 100, budget)).toThrow(/shares more with the one before it/);
  const [front, rest] = [alike(2, 3), [128, 1, 4, 2, ...varint(2 * 3 - 1), 0, 0, 0, 0, 0]];
  expect(() => readFronts(Uint8Array.from([...front, ...rest]), TEXT, 2, budget)).toThrow(/less than no length/);
});

test.each([
  ["shared", [0, -2], [5, 4]],
  ["of its own", [0, 5], [5, -1]],
])("a text with a length %s below 0 is refused, where the two together are above it too", (_, fronts, rests) => {
  const bytes = [...pair(fronts), ...pair(rests), ...Array.from({ length: 20 }, () => 65)];
  expect(() => readFronts(Uint8Array.from(bytes), TEXT, 2, new Budget(1e9))).toThrow(/less than no length/);
});

test.each([
  ["another count", alike(5, 1), /5 numbers for 4/],
  ["a block of no size", [0, 0, 4, 2], /no size/],
  [
    "more miniblocks than bytes",
    [128, 128, 128, 128, 16, 128, 128, 128, 16, 4, 2],
    /(no size|ends before its values do)/,
  ],
  ["wide numbers", [128, 1, 4, 4, 2, 0, 65, 0, 0, 0], /numbers have 65 bits/],
  ["an end before its numbers", [128, 1, 4, 4, 2, 0, 64, 0, 0, 0, 1, 2], /ends before its values do/],
  ["a number without end", Array.from({ length: 20 }, () => 255), /no end/],
])("differences with %s are refused", (_, bytes, reason) => {
  expect(() => readDelta(Uint8Array.from(bytes), { ...TEXT, type: 2 }, 4)).toThrow(reason);
});

test.each([
  ["a copy of nothing", [0x10, 65, 2, 0, 0], /copies what it has not/],
  ["more than its size", [0x1f, 65, 1, 0, 255, 255, 0], /copies what it has not/],
  ["literals that it lacks", [0xf0, 255, 0, 65], /longer than its bytes/],
  ["an end within a length", [0xf0, 255], /ends within a copy/],
  ["less than its size", [0x10, 65], /shorter than its size/],
  ["a claim", [0x10], /claims more than it can hold/],
])("an LZ4_RAW page with %s is refused", async (_, bytes, reason) => {
  await expect(unfolded(Uint8Array.from(bytes), 7, 300)).rejects.toThrow(reason);
});

test("a float32 is the shortest decimal number that it can be read back from", () => {
  const written = [0.1, 0.5, -1.1, 1 / 3, 16_777_216, 3.4e38, 1e-45];
  const leaf = { type: 4, name: "x", unread: undefined, repetition: "required", children: [] } as const;
  const node = { ...leaf, definition: 0, repeats: 0, isList: false, path: "x" };
  const values = readPlain(new Uint8Array(Float32Array.from(written).buffer), node, written.length);
  expect(values.slice(0, 3)).toEqual([0.1, 0.5, -1.1]);
  expect(values.map((value) => Math.fround(Number(value)))).toEqual(written.map(Math.fround));
  expect(String(values[3]).length).toBeLessThan(12);
});
