import { DataError } from "../../tasks/dataError.ts";

/** A value of Thrift's compact protocol, in which Parquet writes its headers: structs by field number, binaries as bytes. */
type Value = boolean | number | Uint8Array<ArrayBuffer> | readonly Value[] | Struct;
export type Struct = ReadonlyMap<number, Value>;

/** Structs and lists within one another. */
const DEEPEST = 16;

/** What is wrong with a damaged file, in one sentence. */
export function damaged(what: string): DataError {
  return new DataError(`A Parquet file must be whole, got one in which ${what}.`);
}

/**
 * The values of one Parquet header, no more of them than it may have. Every count and length is checked against the bytes that are
 * there before anything is made for it.
 */
export class Thrift {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #left: number;
  at: number;

  /** @param most values: one of a single byte takes a hundred times as much once it is read */
  constructor(bytes: Uint8Array<ArrayBuffer>, at: number, most: number) {
    this.#bytes = bytes;
    this.#left = most;
    this.at = at;
  }

  /** @throws {DataError} where the bytes are no struct */
  struct(depth = 0): Struct {
    if (depth > DEEPEST) throw damaged("a header is nested without end");
    const fields = new Map<number, Value>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      const type = head & 15;
      if (type === 0) return fields;
      id = head >> 4 ? id + (head >> 4) : this.#zigzag();
      this.#count();
      // In a struct the type itself says true or false.
      fields.set(id, type === 1 || type === 2 ? type === 1 : this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): Value {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        return this.#taken(8).length;
      case 8:
        return this.#taken(this.#varint());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw damaged("a header has a value of no known type");
    }
  }

  #list(depth: number): readonly Value[] {
    if (depth > DEEPEST) throw damaged("a header is nested without end");
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every value takes a byte at least.
    if (count > this.#bytes.length - this.at) throw damaged("a header counts more values than it has");
    return Array.from({ length: count }, () => {
      this.#count();
      return this.#value(head & 15, depth + 1);
    });
  }

  #count(): void {
    if (--this.#left < 0) throw damaged("a header has too many values");
  }

  #taken(count: number): Uint8Array<ArrayBuffer> {
    if (count > this.#bytes.length - this.at) throw damaged("a header ends before its values do");
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw damaged("a header ends before its values do");
    this.at++;
    return byte;
  }

  /** Without the bit operators of 32 bits: sizes and places in a file may have more. */
  #varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw damaged("a number has no end");
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** A whole number of a field, in [0, most]. @throws {DataError} for any other value */
export function countIn(fields: Struct, field: number, most: number, name: string): number {
  const value = fields.get(field);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  const came = typeof value === "number" ? value.toLocaleString("en") : "none";
  throw damaged(`${name} is ${came}, not a whole number up to ${most.toLocaleString("en")}`);
}

export function structIn(fields: Struct, field: number, name: string): Struct {
  const value = fields.get(field);
  if (value instanceof Map) return value;
  throw damaged(`${name} is missing`);
}

export function structsIn(fields: Struct, field: number, name: string): readonly Struct[] {
  const value = fields.get(field);
  if (Array.isArray(value)) return value.map((one) => (one instanceof Map ? one : new Map()));
  throw damaged(`${name} is missing`);
}

export function textIn(fields: Struct, field: number): string {
  const value = fields.get(field);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
}
