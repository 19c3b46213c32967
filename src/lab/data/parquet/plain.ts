import { DataError } from "../../tasks/dataError.ts";
import type { Node } from "./footer.ts";
import { damaged } from "./thrift.ts";

/** A value of a column as JSON would have it. */
export type Cell = string | number | boolean | null;

const TYPES = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"] as const;
/** Those whose values are read. */
const READ = ["BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE", "BYTE_ARRAY"] as const;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `count` values that lie one after another. @throws {DataError} where the bytes end before, or are of a type that is no text or number */
export function readPlain(bytes: Uint8Array<ArrayBuffer>, leaf: Node, count: number): readonly Cell[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fixed = (size: number, read: (at: number) => Cell) => {
    if (count * size > bytes.length) throw damaged("a page ends before its values do");
    return Array.from({ length: count }, (_, i) => read(i * size));
  };
  switch (typeOf(leaf)) {
    case "BOOLEAN":
      if (count > bytes.length * 8) throw damaged("a page ends before its values do");
      return Array.from({ length: count }, (_, i) => ((bytes[i >> 3]! >> (i & 7)) & 1) === 1);
    case "INT32":
      return fixed(4, (at) => view.getInt32(at, true));
    case "INT64":
      return fixed(8, (at) => wholeNumber(view.getBigInt64(at, true)));
    case "FLOAT":
      return fixed(4, (at) => shortest(view.getFloat32(at, true)));
    case "DOUBLE":
      return fixed(8, (at) => view.getFloat64(at, true));
    case "BYTE_ARRAY":
      return texts(bytes, view, count);
  }
}

/** The type of a leaf's values. @throws {DataError} for one that is no text, number or truth value */
export function typeOf({ type, name, unread }: Node): (typeof READ)[number] {
  const kind = unread ?? TYPES[type ?? -1] ?? "a group";
  const found = READ.find((one) => one === kind);
  if (found) return found;
  throw new DataError(`The column ${name} of a Parquet file must hold text, numbers or truth values, got ${kind}.`);
}

/** Texts, each behind its length. */
function texts(bytes: Uint8Array, view: DataView, count: number): readonly string[] {
  if (count * 4 > bytes.length) throw damaged("a page ends before its values do");
  const ends = new Uint32Array(count);
  const joined = new Uint8Array(bytes.length);
  let [at, done] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (bytes.length - at < 4) throw damaged("a page ends before its values do");
    const length = view.getUint32(at, true);
    at += 4;
    if (length > bytes.length - at) throw damaged("a text is longer than its page");
    joined.set(bytes.subarray(at, at + length), done);
    at += length;
    done += length;
    ends[i] = done;
  }
  return cutTexts(joined.subarray(0, done), ends);
}

/** Texts that lie one behind the other. Those of ASCII are decoded together and cut: a million small calls would take longer than all else. */
export function cutTexts(joined: Uint8Array, ends: Uint32Array): readonly string[] {
  const whole = decoded(joined);
  const isAscii = whole.length === joined.length;
  return Array.from(ends, (end, i) => {
    const from = ends[i - 1] ?? 0;
    return isAscii ? whole.slice(from, end) : decoded(joined.subarray(from, end));
  });
}

/** The decimal number of fewest digits that is this float32: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return Number(value.toPrecision(9));
}

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw damaged("a text is no UTF-8");
  }
}

/** A number where it is exact, else its digits. */
export const wholeNumber = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
