import { DataError } from "../../tasks/dataError.ts";
import { lz4 } from "./lz4.ts";
import { damaged } from "./thrift.ts";
import { zstd } from "./zstd.ts";

/** By their numbers in the format. */
const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"] as const;
/** Bytes of a page as it is used; writers take about one million. */
export const MOST_PAGE = 64e6;
/** Bytes that all pages of a file may unfold to together. */
export const MOST_UNFOLDED = 1e9;
/** A copy of Snappy takes three bytes and gives 64. */
const SNAPPY_RATIO = 22;
/** Deflate's bound: 258 bytes for two bits. */
const GZIP_RATIO = 1032;

/** What is left of a number of bytes. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @throws {DataError} where there is no more */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new DataError("The pages of a Parquet file must unfold to at most 1 GB together.");
  }
}

/** The bytes of a page, `size` of them. @throws {DataError} for a compression that is not read, and for other bytes than it writes */
export async function unfolded(
  bytes: Uint8Array<ArrayBuffer>,
  codec: number,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = CODECS[codec];
  if (name === "UNCOMPRESSED") {
    if (bytes.length !== size) throw damaged(`a page of ${size} bytes has ${bytes.length}`);
    return bytes;
  }
  if (size === 0) return new Uint8Array(0);
  if (name === "SNAPPY") return snappy(bytes, size);
  if (name === "GZIP") return gzip(bytes, size);
  if (name === "ZSTD") return zstd(bytes, size);
  if (name === "LZ4_RAW") return lz4(bytes, size);
  throw new DataError(
    `A Parquet file must be uncompressed or compressed with SNAPPY, GZIP, LZ4_RAW or ZSTD, got ${name ?? codec}.`,
  );
}

async function gzip(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  if (size > bytes.length * GZIP_RATIO) throw damaged("a GZIP page claims more than it can hold");
  const out = new Uint8Array(size);
  let at = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (at + piece.value.length > size) break;
      out.set(piece.value, at);
      at += piece.value.length;
    }
  } catch {
    at = -1;
  }
  await reader.cancel().catch(() => undefined);
  if (at !== size) throw damaged("a GZIP page is none of its size");
  return out;
}

/** Snappy's raw format: literals, and copies of what was written before. */
function snappy(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (size > bytes.length * SNAPPY_RATIO) throw damaged("a SNAPPY page claims more than it can hold");
  const out = new Uint8Array(size);
  let [at, done] = [0, 0];
  while ((bytes[at++] ?? 0) >= 128);
  const number = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value += (bytes[at++] ?? 0) * 256 ** i;
    return value;
  };
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const high = tag >> 2;
    if ((tag & 3) === 0) {
      const length = 1 + (high < 60 ? high : number(high - 59));
      if (length > bytes.length - at || length > size - done) throw damaged("a SNAPPY page is longer than its bytes");
      out.set(bytes.subarray(at, at + length), done);
      [at, done] = [at + length, done + length];
      continue;
    }
    const near = (tag & 3) === 1;
    const length = near ? (high & 7) + 4 : high + 1;
    const back = near ? (tag >> 5) * 256 + number(1) : number((tag & 3) === 2 ? 2 : 4);
    if (back < 1 || back > done || length > size - done) throw damaged("a SNAPPY page copies what it has not");
    // Byte by byte: a copy may overlap what it writes.
    for (const end = done + length; done < end; done++) out[done] = out[done - back]!;
  }
  if (done !== size) throw damaged("a SNAPPY page is shorter than its size");
  return out;
}
