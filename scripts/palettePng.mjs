/*
 * A screenshot as a PNG of at most 256 colours: the page has few, and the file is a third as large.
 * PNG: https://www.w3.org/TR/png-3/; colours by median cut (Heckbert 1982).
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * @param {Buffer} png eight bits a channel, RGB or RGBA, not interlaced: what Chromium writes
 * @returns {Buffer} without transparency
 */
export function withPalette(png) {
  const { width, height, pixels } = decode(png);
  const { palette, indices } = quantised(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * @param {Buffer} png
 * @returns {{ width: number, height: number, pixels: Uint32Array }} pixels as 0xRRGGBB
 */
export function decode(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colour, , , interlaced] = png.subarray(24, 29);
  const channels = colour === 6 ? 4 : colour === 2 ? 3 : 0;
  if (depth !== 8 || channels === 0 || interlaced !== 0) {
    throw new Error(
      `a screenshot must be 8-bit RGB or RGBA and not interlaced, got depth ${depth}, colour type ${colour}`,
    );
  }
  const stride = width * channels;
  const data = inflateSync(Buffer.concat(chunksOf(png, "IDAT")));
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1);
    const row = unfiltered(data[at] ?? 0, data.subarray(at + 1, at + 1 + stride), above, channels);
    for (let x = 0; x < width; x++) {
      const i = x * channels;
      pixels[y * width + x] = ((row[i] ?? 0) << 16) | ((row[i + 1] ?? 0) << 8) | (row[i + 2] ?? 0);
    }
    above = row;
  }
  return { width, height, pixels };
}

/**
 * @param {number} filter
 * @param {Uint8Array} line
 * @param {Uint8Array} above
 * @param {number} channels
 */
function unfiltered(filter, line, above, channels) {
  const row = new Uint8Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const left = i >= channels ? (row[i - channels] ?? 0) : 0;
    const up = above[i] ?? 0;
    const corner = i >= channels ? (above[i - channels] ?? 0) : 0;
    const foreseen = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
    row[i] = (line[i] ?? 0) + foreseen;
  }
  return row;
}

/**
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** @param {Uint32Array} pixels */
function quantised(pixels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = medianCut([...counts].map(([rgb, count]) => ({ rgb: channelsOf(rgb), count })));
  const nearest = new Map([...counts.keys()].map((rgb) => [rgb, nearestOf(palette, channelsOf(rgb))]));
  return { palette, indices: Uint8Array.from(pixels, (pixel) => nearest.get(pixel) ?? 0) };
}

/** @typedef {{ rgb: number[], count: number }} Colour */

/**
 * Cuts the box of the largest spread until there are 256; a colour that fills the page is a box of its own early on.
 * @param {Colour[]} colours
 * @returns {number[][]}
 */
function medianCut(colours) {
  const boxes = [boxOf(colours)];
  while (boxes.length < 256) {
    const widest = boxes.reduce((best, box) => (box.spread > best.spread ? box : best));
    if (widest.spread === 0) break;
    const sorted = [...widest.colours].sort((a, b) => (a.rgb[widest.axis] ?? 0) - (b.rgb[widest.axis] ?? 0));
    const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
    let at = 0;
    for (let sum = 0; at < sorted.length - 1 && sum < half; at++) sum += sorted[at]?.count ?? 0;
    at = Math.min(Math.max(1, at), sorted.length - 1);
    boxes.splice(boxes.indexOf(widest), 1, boxOf(sorted.slice(0, at)), boxOf(sorted.slice(at)));
  }
  return boxes.map(({ mean }) => mean.map(Math.round));
}

/** @param {Colour[]} colours */
function boxOf(colours) {
  const total = colours.reduce((sum, { count }) => sum + count, 0);
  const mean = [0, 1, 2].map((c) => colours.reduce((sum, { rgb, count }) => sum + (rgb[c] ?? 0) * count, 0) / total);
  const spreads = mean.map((m, c) =>
    colours.reduce((sum, { rgb, count }) => sum + count * ((rgb[c] ?? 0) - m) ** 2, 0),
  );
  const spread = Math.max(...spreads);
  return { colours, mean, spread: colours.length > 1 ? spread : 0, axis: spreads.indexOf(spread) };
}

/**
 * @param {number[][]} palette
 * @param {number[]} rgb
 */
function nearestOf(palette, rgb) {
  const far = palette.map((entry) => entry.reduce((sum, value, c) => sum + (value - (rgb[c] ?? 0)) ** 2, 0));
  return far.indexOf(Math.min(...far));
}

/** @param {number} rgb */
const channelsOf = (rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255];

/**
 * @param {Buffer} png
 * @param {string} type
 */
function chunksOf(png, type) {
  const found = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === type) found.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
