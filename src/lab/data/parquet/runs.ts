import { damaged } from "./thrift.ts";

/** Numbers of at most this many bits. */
const WIDEST = 31;

/**
 * The first `count` numbers of Parquet's hybrid of runs and packed bits, each of `width` bits. A run is cut to what is still
 * wanted before it is written, whatever length it claims.
 * @throws {DataError} where the bytes end before
 */
export function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const out = new Uint32Array(count);
  if (width > WIDEST) throw damaged(`numbers have ${width} bits`);
  if (width === 0) return out;
  let at = 0;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged("a page ends before its values do");
    return byte;
  };
  for (let done = 0; done < count; ) {
    let head = 0;
    for (let factor = 1, byte = 128; byte >= 128; factor *= 128) {
      if (factor > 2 ** 35) throw damaged("a run's length has no end");
      byte = next();
      head += (byte & 127) * factor;
    }
    const wanted = count - done;
    if (head % 2 === 1) {
      const packed = Math.min(wanted, ((head - 1) / 2) * 8);
      unpack(next, width, out.subarray(done, done + packed));
      done += packed;
      continue;
    }
    let value = 0;
    for (let byte = 0; byte < Math.ceil(width / 8); byte++) value += next() * 256 ** byte;
    const repeated = Math.min(wanted, head / 2);
    out.fill(value, done, done + repeated);
    done += repeated;
  }
  return out;
}

/** Fills `out` with numbers that are packed from the lowest bit on. */
export function unpack(next: () => number, width: number, out: Uint32Array): void {
  let held = 0;
  let bits = 0;
  const size = 2 ** width;
  for (let i = 0; i < out.length; i++) {
    for (; bits < width; bits += 8) held += next() * 2 ** bits;
    out[i] = held % size;
    held = Math.floor(held / size);
    bits -= width;
  }
}
