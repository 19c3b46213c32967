import { describe, expect, it } from "vitest";
import { readSafetensorsHeader } from "./safetensorsHeader.ts";
import { fileOf, fileWithHeader, modelBytes, ownMilliseconds, readSafetensors, type TestTensor } from "./testFiles.ts";

const four = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const a: TestTensor = { name: "a", shape: [2], bytes: four(1, 2) };
const b: TestTensor = { name: "b", shape: [1], bytes: four(3) };
const entry = (shape: unknown, data_offsets: unknown, dtype: unknown = "F32") => ({ dtype, shape, data_offsets });

describe("the header of a safetensors file", () => {
  it("gives tensors in the order of their data, whatever the order of their names", () => {
    const bytes = fileOf([b, a]);
    expect(readSafetensorsHeader(bytes).tensors.map(({ name }) => name)).toEqual(["b", "a"]);
    const empty = { name: "empty", shape: [0, 3], bytes: new Uint8Array() };
    expect([...readSafetensors(fileOf([empty, a, { ...empty, name: "last" }, b])).tensors.keys()]).toEqual([
      "empty",
      "a",
      "last",
      "b",
    ]);
  });

  it("names the types that are not read only when their numbers are asked for", () => {
    const bytes = fileOf([{ name: "table", dtype: "I64", shape: [1], bytes: new Uint8Array(8) }]);
    expect(readSafetensorsHeader(bytes).tensors[0]!.dtype).toBe("I64");
    expect(() => readSafetensors(bytes)).toThrow('table must be stored as F32, F16 or BF16, got "I64"');
  });

  it.each<[string, Uint8Array, string]>([
    [
      "two tensors over the same bytes",
      fileOf([a, { ...b, bytes: new Uint8Array(), offsets: [0, 4] }]),
      "got b up to byte 4 and a from byte 0",
    ],
    ["two that overlap in part", fileOf([a, { ...b, offsets: [4, 8] }]), "got a up to byte 8 and b from byte 4"],
    [
      "a hole",
      fileOf([a, { ...b, offsets: [12, 16] }], new Uint8Array(4)),
      "got 4 bytes of none before b, from byte 8",
    ],
    ["a rest", fileOf([a, b], new Uint8Array(3)), "got 3 bytes after the last tensor, b"],
    ["bytes and no tensor", fileWithHeader({}, new Uint8Array(5)), "got 5 bytes and no tensor"],
    ["a name twice", fileOf([a, { ...b, name: "a" }]), 'the key "a" twice in one object'],
    ["a name twice, once escaped", fileWithHeader('{"a":1,"\\u0061":2}', new Uint8Array()), 'the key "a" twice'],
    [
      "an offset beyond the file",
      fileOf([{ ...a, offsets: [0, 4e9] }]),
      "a must take 8 bytes for F32 [2] within 8 bytes of data",
    ],
    [
      "an offset that is no whole number",
      fileOf([{ ...a, offsets: [0, 7.5] }]),
      "a must have two data_offsets, got [0,7.5]",
    ],
    [
      "a shape beyond all memory",
      fileWithHeader({ a: entry([2 ** 40, 2 ** 40], [0, 8]) }, new Uint8Array(8)),
      "a must take 4.8",
    ],
    [
      "more dimensions than a tensor has",
      fileWithHeader({ a: entry(Array(9).fill(1), [0, 4]) }, new Uint8Array(4)),
      "at most 8 dimensions",
    ],
    [
      "a type that is no text",
      fileWithHeader({ a: entry([2], [0, 8], 32) }, new Uint8Array(8)),
      "a must have a dtype, got 32",
    ],
    [
      "metadata that is no text",
      fileWithHeader({ __metadata__: { a: 1 } }, new Uint8Array()),
      "__metadata__ must map text to text",
    ],
    ["a byte-order mark", fileWithHeader("\uFEFF{}", new Uint8Array()), "the header must be JSON"],
    [
      "brackets nested 100,000 deep",
      fileWithHeader(`{"a":${"[".repeat(100_000)}`, new Uint8Array()),
      "nested deeper than 64",
    ],
    [
      "a header of 2^63 bytes",
      fileWithHeader("{}", new Uint8Array(), 2n ** 63n),
      "got a header length of 9223372036854775808",
    ],
    [
      "a header of 4 GB in a file of 1 kB",
      fileWithHeader("{}", new Uint8Array(1000), 2n ** 32n),
      "must fit the file of 1010 bytes",
    ],
    ["nothing", new Uint8Array(), "got an empty file"],
    ["a file cut short", modelBytes().subarray(0, 9000), "within 7888 bytes of data"],
  ])("is refused within 50 ms with %s", (_, bytes, message) => {
    expect(ownMilliseconds(() => expect(() => readSafetensors(bytes)).toThrow(message))).toBeLessThan(50);
  });

  it("allocates nothing for 2,000 tensors over the same 4 MB, and refuses them", () => {
    const data = new Uint8Array(4e6);
    const entries = Array.from({ length: 2000 }, (_, i) => [`t${i}`, entry([1e6], [0, 4e6])]);
    const bytes = fileWithHeader(Object.fromEntries(entries), data);
    const before = process.memoryUsage().arrayBuffers;
    const refused = () => expect(() => readSafetensors(bytes)).toThrow("got t0 up to byte 4000000 and t1 from byte 0");
    expect(ownMilliseconds(refused)).toBeLessThan(50);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it("shows a hostile name without its control characters, and cut to length", () => {
    const name = `\u001b[31m${"x".repeat(5000)}`;
    const attempt = () => readSafetensors(fileOf([{ ...a, name }], new Uint8Array(1)));
    expect(attempt).toThrow(
      /^safetensors: every byte must belong to one tensor, got 1 bytes after the last tensor, \uFFFD\[31mx{112}\.\.\.$/,
    );
  });
});
