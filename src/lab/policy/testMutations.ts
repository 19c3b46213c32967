import { bits, Streams } from "../rng.ts";

/** Draws for one mutated file: whole numbers below a bound, a new one each time. */
export type Draw = (below: number) => number;

export function drawsOf(seed: number, file: number): Draw {
  let position = 0;
  return (below) => bits({ seed, stream: Streams.tests, step: file }, 0, position++ % 4096) % below;
}

const WORDS = [0, 1, 2, 7, 127, 128, 255];
const NUMBERS = [
  0,
  -1,
  -0,
  1,
  0.5,
  3,
  15,
  17,
  33,
  512,
  1025,
  65_536,
  1e8,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1e308,
  1e-320,
];
const STRANGE: readonly unknown[] = [
  null,
  true,
  false,
  "",
  "1",
  "default",
  "F64",
  "__proto__",
  [],
  {},
  [1e9],
  [[]],
  { a: 1 },
];

/** The bytes with a few of them flipped, set, cut off, put in, doubled, or the header's length replaced. */
export function mutatedBytes(bytes: Uint8Array, draw: Draw): Uint8Array {
  let mutated: Uint8Array = bytes.slice();
  for (let left = 1 + draw(4); left > 0; left--) mutated = mutatedOnce(mutated, draw);
  return mutated;
}

function mutatedOnce(bytes: Uint8Array, draw: Draw): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(draw(256));
  // Half of the places lie in the header, where most of a file's meaning is.
  const at = draw(draw(2) === 0 ? bytes.length : Math.min(bytes.length, 2000));
  const length = draw(Math.min(300, bytes.length - at) + 1);
  const piece = bytes.subarray(at, at + length);
  switch (draw(7)) {
    case 0:
      bytes[at]! ^= 1 << draw(8);
      return bytes;
    case 1:
      bytes[at] = WORDS[draw(WORDS.length)]!;
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 4:
      return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
    case 5:
      return joined(bytes, piece);
    default:
      bytes[draw(Math.min(8, bytes.length))] = draw(256);
      return bytes;
  }
}

/** A JSON value with one of its parts replaced, taken out, doubled under another name, or nested deep. */
export function mutatedJson(value: unknown, draw: Draw): unknown {
  const copy = structuredClone(value);
  for (let left = 1 + draw(3); left > 0; left--) {
    let place = copy;
    for (let depth = draw(4); depth >= 0; depth--) {
      if (typeof place !== "object" || place === null) break;
      const keys = Object.keys(place);
      const key = keys[draw(keys.length || 1)];
      if (key === undefined) break;
      const record = place as Record<string, unknown>;
      const inner = record[key];
      if (depth > 0 && typeof inner === "object" && inner !== null) {
        place = inner;
        continue;
      }
      change(record, key, draw);
      break;
    }
  }
  return copy;
}

function change(record: Record<string, unknown>, key: string, draw: Draw): void {
  switch (draw(6)) {
    case 0:
      delete record[key];
      return;
    case 1:
      record[key] = STRANGE[draw(STRANGE.length)];
      return;
    case 2:
      record[`${key}${"_x".slice(draw(2))}`] = record[key];
      return;
    case 3: {
      const keys = Object.keys(record);
      record[key] = record[keys[draw(keys.length)]!];
      return;
    }
    case 4:
      record[key] = [[[[record[key]]]]];
      return;
    default:
      record[key] = NUMBERS[draw(NUMBERS.length)];
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
