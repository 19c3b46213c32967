import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { decode, withPalette } from "./palettePng.mjs";

/** A picture as Chromium writes one: RGB, each row filtered in another of the five ways. */
function picture(width: number, height: number, colour: (x: number, y: number) => readonly [number, number, number]) {
  const stride = width * 3;
  const raw = Array.from({ length: height }, (_, y) =>
    Uint8Array.from({ length: stride }, (_, i) => colour(Math.floor(i / 3), y)[i % 3]!),
  );
  const rows = raw.map((row, y) => {
    const filtered = row.map((value, i) => {
      const left = i >= 3 ? row[i - 3]! : 0;
      const up = raw[y - 1]?.[i] ?? 0;
      const corner = i >= 3 ? (raw[y - 1]?.[i - 3] ?? 0) : 0;
      const far = [left, up, corner].map((near) => Math.abs(left + up - corner - near));
      const paeth = [left, up, corner][far.indexOf(Math.min(...far))]!;
      return value - [0, left, up, (left + up) >> 1, paeth][y % 5]!;
    });
    return Buffer.from([y % 5, ...filtered]);
  });
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.alloc(8), chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows)))]);
}

/** The colours of what {@link withPalette} wrote, read without its help from the parts of the file. */
async function coloursOf(png: Buffer): Promise<number[]> {
  const { inflateSync } = await import("node:zlib");
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    parts.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const [width, palette] = [png.readUInt32BE(16), parts.get("PLTE")!];
  return [...inflateSync(parts.get("IDAT")!)]
    .filter((_, i) => i % (width + 1) !== 0)
    .map((entry) => palette.readUIntBE(3 * entry, 3));
}

test("a picture of few colours keeps every one of them", async () => {
  const colour = (x: number, y: number) =>
    [x % 7 === 0 ? 255 : 20, (y * 40) % 200, x === 3 && y === 4 ? 255 : 9] as const;
  const png = picture(30, 12, colour);
  const { width, height, pixels } = decode(png);
  expect([width, height]).toEqual([30, 12]);
  expect([...pixels]).toEqual(
    Array.from({ length: 360 }, (_, i) => colour(i % 30, Math.floor(i / 30)).reduce((rgb, c) => rgb * 256 + c, 0)),
  );
  expect(await coloursOf(withPalette(png))).toEqual([...pixels]);
});

test("a picture of many colours gets 256 that are near them", async () => {
  const png = picture(64, 64, (x, y) => [x * 4, y * 4, (x + y) * 2]);
  const before = [...decode(png).pixels];
  const after = await coloursOf(withPalette(png));
  expect(new Set(after).size).toBeLessThanOrEqual(256);
  const apart = (a: number, b: number) =>
    Math.max(...[16, 8, 0].map((shift) => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255))));
  expect(Math.max(...before.map((rgb, i) => apart(rgb, after[i]!)))).toBeLessThan(24);
});
