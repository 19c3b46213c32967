import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "./safetensors.ts";
import { readSafetensors } from "./testFiles.ts";

const file = readFileSync(new URL("./vectors/model.safetensors", import.meta.url));

/** A file with one tensor, header and bytes given by hand. */
function handWritten(header: unknown, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe("safetensors", () => {
  it("reads a file that transformers wrote", () => {
    const { tensors, metadata } = readSafetensors(file);
    expect(metadata).toEqual({ format: "pt" });
    expect(tensors.size).toBe(11);
    expect(tensors.get("model.embed_tokens.weight")?.shape).toEqual([32, 32]);
    // Hugging Face keeps the row of <pad> at zero.
    expect(Math.max(...tensors.get("model.embed_tokens.weight")!.values.subarray(0, 32))).toBe(0);
  });

  it("reads back what it writes, at any alignment, and writes the same bytes each time", () => {
    const tensors = [
      { name: "b", shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-30) },
      { name: "a", shape: [], values: Float32Array.of(7) },
      { name: "empty", shape: [0, 3], values: new Float32Array() },
    ];
    const bytes = writeSafetensors(tensors, { z: "1", a: "2" });
    expect(writeSafetensors(tensors, { a: "2", z: "1" })).toEqual(bytes);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const read = readSafetensors(shifted.subarray(1));
    expect([...read.tensors.values()]).toEqual(tensors);
    expect(read.metadata).toEqual({ a: "2", z: "1" });
  });

  it("pads the header with spaces to 8 bytes", () => {
    const bytes = writeSafetensors([{ name: "abc", shape: [1], values: Float32Array.of(1) }]);
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(length % 8).toBe(0);
    expect(bytes.length).toBe(8 + length + 4);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toMatch(/^\{.*\} *$/);
  });

  it("widens F16 and BF16", () => {
    const half = (words: number[], dtype: string) =>
      handWritten(
        { x: { dtype, shape: [words.length], data_offsets: [0, 2 * words.length] } },
        new Uint8Array(Uint16Array.from(words).buffer),
      );
    const values = (bytes: Uint8Array) => [...readSafetensors(bytes).tensors.get("x")!.values];
    // 1, -2, the smallest subnormal, infinity
    expect(values(half([0x3c00, 0xc000, 0x0001, 0x7c00], "F16"))).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect(values(half([0x3f80, 0xc040], "BF16"))).toEqual([1, -3]);
  });

  it.each([
    [new Uint8Array(3), "at least 8 bytes, got 3"],
    [file.subarray(0, 200), "must fit the file of 200 bytes, got a header length of 1104"],
    [handWritten("{nonsense", new Uint8Array()), "must be JSON"],
    [handWritten("[1]", new Uint8Array()), "must be a JSON object, got [1]"],
    [
      handWritten({ w: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, new Uint8Array(8)),
      'w must be stored as F32, F16 or BF16, got "I64"',
    ],
    [
      handWritten({ w: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }, new Uint8Array(8)),
      "w must take 12 bytes for F32 [3] within 8 bytes of data, got data_offsets [0,8]",
    ],
    [
      handWritten({ w: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)),
      "w must have a shape of whole numbers, got [-1]",
    ],
  ])("says in one sentence what is wrong with a damaged file (%#)", (bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it("refuses to write values that do not fill their shape", () => {
    expect(() => writeSafetensors([{ name: "w", shape: [2], values: new Float32Array(3) }])).toThrow(
      "w must hold 2 values for shape [2], got 3",
    );
  });
});
