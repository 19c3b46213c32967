import { damaged } from "./thrift.ts";

/** A byte of length stands for 255 bytes at most. */
const RATIO = 255;
/** What a copy is longer than its token says. */
const SHORTEST = 4;

/** LZ4's block format, as LZ4_RAW has it: literals, and copies of what was written before. @throws {DataError} for what is no block of `size` bytes */
export function lz4(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (size > bytes.length * RATIO) throw damaged("an LZ4_RAW page claims more than it can hold");
  const out = new Uint8Array(size);
  let [at, done] = [0, 0];
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged("an LZ4_RAW page ends within a copy");
    return byte;
  };
  /** 15 in a token is gone on with, byte by byte, while they are 255. */
  const length = (of: number) => {
    let all = of;
    if (of === 15)
      for (let byte = 255; byte === 255; ) {
        byte = next();
        all += byte;
      }
    return all;
  };
  while (at < bytes.length) {
    const token = next();
    const literals = length(token >> 4);
    if (literals > bytes.length - at || literals > size - done)
      throw damaged("an LZ4_RAW page is longer than its bytes");
    out.set(bytes.subarray(at, at + literals), done);
    [at, done] = [at + literals, done + literals];
    // The last sequence has no copy.
    if (at === bytes.length) break;
    const back = next() + 256 * next();
    const copied = length(token & 15) + SHORTEST;
    if (back < 1 || back > done || copied > size - done) throw damaged("an LZ4_RAW page copies what it has not");
    // Byte by byte: a copy may overlap what it writes.
    for (const end = done + copied; done < end; done++) out[done] = out[done - back]!;
  }
  if (done !== size) throw damaged("an LZ4_RAW page is shorter than its size");
  return out;
}
