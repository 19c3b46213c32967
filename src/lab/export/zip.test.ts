import { expect, test } from "vitest";
import { zipArchive } from "./zip.ts";

/** Names and texts of an archive, read from its central directory as unzip does. */
function entriesOf(bytes: Uint8Array): [string, string][] {
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  let at = view.getUint32(end + 16, true);
  const text = (from: number, length: number) => new TextDecoder().decode(bytes.subarray(from, from + length));
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, nameLength, offset] = [
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint32(at + 42, true),
    ];
    expect(view.getUint32(offset, true)).toBe(0x04034b50);
    const name = text(at + 46, nameLength);
    expect(text(offset + 30, nameLength)).toBe(name);
    at += 46 + nameLength;
    return [name, text(offset + 30 + nameLength, size)];
  });
}

test("an archive holds every file under its name, text and bytes alike", () => {
  const bytes = zipArchive([
    { name: "README.md", content: "φ and µ\n" },
    { name: "model/config.json", content: new TextEncoder().encode("{}") },
    { name: "empty", content: "" },
  ]);
  expect(entriesOf(bytes)).toEqual([
    ["README.md", "φ and µ\n"],
    ["model/config.json", "{}"],
    ["empty", ""],
  ]);
});

test("the checksum is the one of the format", () => {
  // CRC-32 of "123456789" is 0xcbf43926, the check value of the polynomial.
  const bytes = zipArchive([{ name: "a", content: "123456789" }]);
  expect(new DataView(bytes.buffer).getUint32(14, true)).toBe(0xcbf43926);
});

test("the same files give the same archive", () => {
  const files = [{ name: "a", content: "b" }];
  expect(zipArchive(files)).toEqual(zipArchive(files));
});
