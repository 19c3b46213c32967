import { type Budget, MOST_PAGE } from "./codecs.ts";
import type { Node } from "./footer.ts";
import { type Cell, cutTexts, typeOf, wholeNumber } from "./plain.ts";
import { unpack } from "./runs.ts";
import { damaged } from "./thrift.ts";

/** What is read of the bytes of a page, one after another. */
interface Place {
  readonly bytes: Uint8Array;
  at: number;
}

/** DELTA_BINARY_PACKED: whole numbers by their differences. @throws {DataError} where the bytes are none, or are not `count` of them */
export function readDelta(bytes: Uint8Array, leaf: Node, count: number): readonly Cell[] {
  const type = typeOf(leaf);
  if (type !== "INT32" && type !== "INT64") throw damaged(`the column ${leaf.name} has differences and no numbers`);
  const place = { bytes, at: 0 };
  return type === "INT32" ? Array.from(shorts(place, count)) : Array.from(longs(place, count), wholeNumber);
}

/** DELTA_LENGTH_BYTE_ARRAY: texts, the lengths of all in front of them. */
export function readLengths(bytes: Uint8Array, leaf: Node, count: number): readonly Cell[] {
  checkText(leaf);
  const place = { bytes, at: 0 };
  const ends = endsOf(shorts(place, count), bytes.length);
  const [from, size] = [place.at, ends.at(-1) ?? 0];
  if (size > bytes.length - from) throw damaged("a text is longer than its page");
  return cutTexts(bytes.subarray(from, from + size), ends);
}

/**
 * DELTA_BYTE_ARRAY: of each text how much it shares with the one before it, then the rest as {@link readLengths} has it. A few
 * bytes may stand for many texts: what they are together is counted before any is made.
 */
export function readFronts(bytes: Uint8Array, leaf: Node, count: number, budget: Budget): readonly Cell[] {
  checkText(leaf);
  const place = { bytes, at: 0 };
  const fronts = shorts(place, count);
  const rests = shorts(place, count);
  if ([fronts, rests].some((lengths) => lengths.some((length) => length < 0)))
    throw damaged("a text has less than no length");
  const ends = endsOf(
    Float64Array.from(fronts, (front, i) => front + rests[i]!),
    MOST_PAGE,
  );
  const size = ends.at(-1) ?? 0;
  budget.take(size);
  const joined = new Uint8Array(size);
  let from = place.at;
  for (let i = 0; i < count; i++) {
    const [before, begin] = [ends[i - 2] ?? 0, ends[i - 1] ?? 0];
    const [front, rest] = [fronts[i]!, rests[i]!];
    if (front > begin - before) throw damaged("a text shares more with the one before it than that has");
    if (rest > bytes.length - from) throw damaged("a text is longer than its page");
    joined.copyWithin(begin, before, before + front);
    joined.set(bytes.subarray(from, from + rest), begin + front);
    from += rest;
  }
  return cutTexts(joined, ends);
}

function checkText(leaf: Node): void {
  if (typeOf(leaf) !== "BYTE_ARRAY") throw damaged(`the column ${leaf.name} has texts and none as its type`);
}

/** Where texts of these lengths end, one behind the other. */
function endsOf(lengths: Float64Array | Int32Array, most: number): Uint32Array {
  const ends = new Uint32Array(lengths.length);
  let end = 0;
  for (const [i, length] of lengths.entries()) {
    end += length;
    if (length < 0 || end > most)
      throw damaged(`the texts of a page are longer than ${most.toLocaleString("en")} bytes`);
    ends[i] = end;
  }
  return ends;
}

/** Whole numbers of 32 bits. */
function shorts(place: Place, count: number): Int32Array {
  const out = new Int32Array(count);
  differences(place, count, 32, (first) => {
    let value = Number(first);
    out[0] = value;
    return (from, to, least, width) => {
      const rests = packed(place, width, to - from);
      const step = Number(BigInt.asIntN(32, least));
      for (let i = from; i < to; i++) {
        value = (value + step + rests[i - from]!) | 0;
        out[i] = value;
      }
    };
  });
  return out;
}

/** Whole numbers of 64 bits. */
function longs(place: Place, count: number): BigInt64Array {
  const out = new BigInt64Array(count);
  differences(place, count, 64, (first) => {
    let value = first;
    out[0] = value;
    return (from, to, least, width) => {
      const rests = width > 32 ? wide(place, width, to - from) : packed(place, width, to - from);
      for (let i = from; i < to; i++) {
        value = BigInt.asIntN(64, value + least + BigInt(rests[i - from]!));
        out[i] = value;
      }
    };
  });
  return out;
}

/** Reads the packed numbers of a miniblock, of so many bits each and less by `least`, for the places from `from` up to `to`. */
type ReadMini = (from: number, to: number, least: bigint, width: number) => void;

/** Miniblocks hold a multiple of so many numbers. */
const UNIT = 32n;

/**
 * The next `count` numbers of `bits` bits: the first, and blocks of differences, each block with its least difference and its
 * miniblocks of packed rests, each of a width of its own. What is behind the last number of a miniblock is passed over.
 */
function differences(place: Place, count: number, bits: 32 | 64, begin: (first: bigint) => ReadMini): void {
  if (count === 0 && place.at === place.bytes.length) return;
  const [size, minis, total] = [varint(place), varint(place), varint(place)];
  const read = begin(BigInt.asIntN(bits, signed(varint(place))));
  if (total !== BigInt(count)) throw damaged(`a page has ${total} numbers for ${count}`);
  if (minis === 0n || size === 0n || size % (minis * UNIT) !== 0n) throw damaged("a block of differences has no size");
  if (minis > BigInt(place.bytes.length)) throw damaged("a page ends before its values do");
  const each = Number(size / minis);
  for (let done = 1; done < count; ) {
    const least = signed(varint(place));
    const widths = place.bytes.subarray(place.at, place.at + Number(minis));
    place.at += widths.length;
    if (widths.length < Number(minis)) throw damaged("a page ends before its values do");
    for (const width of widths) {
      if (done >= count) break;
      if (width > bits) throw damaged(`numbers have ${width} bits`);
      const to = Math.min(count, done + each);
      read(done, to, least, width);
      done = to;
      // A miniblock is written whole, whatever of it is wanted; of the last one some writers leave the rest out.
      place.at = Math.min(place.bytes.length, place.at + Math.ceil((width * each) / 8));
    }
  }
}

/** `count` numbers of up to 32 bits from here on; where reading stands is left as it is. */
function packed(place: Place, width: number, count: number): Uint32Array {
  checkRoom(place, width, count);
  const out = new Uint32Array(count);
  let from = place.at;
  unpack(() => place.bytes[from++]!, width, out);
  return out;
}

/** The same for those that double precision does not hold with a byte beside them. */
function wide(place: Place, width: number, count: number): BigUint64Array {
  checkRoom(place, width, count);
  const out = new BigUint64Array(count);
  let [held, filled, from] = [0n, 0, place.at];
  for (let i = 0; i < count; i++) {
    for (; filled < width; filled += 8) held |= BigInt(place.bytes[from++]!) << BigInt(filled);
    out[i] = BigInt.asUintN(width, held);
    held >>= BigInt(width);
    filled -= width;
  }
  return out;
}

function checkRoom({ bytes, at }: Place, width: number, count: number): void {
  if (width * count > 8 * (bytes.length - at)) throw damaged("a page ends before its values do");
}

function varint(place: Place): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = place.bytes[place.at++];
    if (byte === undefined) throw damaged("a page ends before its values do");
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, value);
  }
  throw damaged("a number has no end");
}

/** Zigzag: 0, −1, 1, −2, … */
const signed = (value: bigint) => (value >> 1n) ^ -(value & 1n);
