import { damaged } from "./thrift.ts";

/** What is put behind a page, to see where it ends. */
const MARK = Uint8Array.of(0x9e, 0x37, 0x79, 0xb9, 0x7f, 0x4a, 0x7c, 0x15);

/**
 * A page of one Zstandard frame, `size` bytes of it. The library writes into a buffer that it is given, whatever sizes the frame
 * claims, does not say how much it wrote, and keeps what it needs itself in what is left: so the frame gets one block more, whose
 * bytes must come to lie just behind the page. @throws {DataError}
 */
export async function zstd(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { decompress } = await import("fzstd");
  const marked = withMark(bytes);
  const out = new Uint8Array(size + MARK.length);
  try {
    decompress(marked, out);
  } catch {
    throw damaged("a ZSTD page is none of its size");
  }
  if (MARK.some((byte, i) => out[size + i] !== byte)) throw damaged("a ZSTD page is none of its size");
  return out.subarray(0, size);
}

/** The frame with the mark as its last block, uncompressed. */
function withMark(bytes: Uint8Array): Uint8Array {
  const [last, end] = lastBlock(bytes);
  const marked = new Uint8Array(bytes.length + 3 + MARK.length);
  marked.set(bytes.subarray(0, end));
  marked[last]! &= 0xfe;
  marked.set([1 + 8 * MARK.length, 0, 0, ...MARK], end);
  marked.set(bytes.subarray(end), end + 3 + MARK.length);
  return marked;
}

/** Where a frame's last block begins and ends (RFC 8878, 3.1.1). Frames that may be skipped are none of Parquet's. */
function lastBlock(bytes: Uint8Array): readonly [number, number] {
  const [first, second, third, fourth, flags = 0] = bytes;
  if (first !== 0x28 || second !== 0xb5 || third !== 0x2f || fourth !== 0xfd) throw damaged("a ZSTD page is none");
  const [single, dictionary, sized] = [(flags >> 5) & 1, flags & 3, flags >> 6];
  let at = 6 - single + [0, 1, 2, 4][dictionary]! + (sized > 0 ? 2 ** sized : single);
  for (;;) {
    if (bytes.length - at < 3) throw damaged("a ZSTD page is none");
    const head = bytes[at]! + 256 * bytes[at + 1]! + 65536 * bytes[at + 2]!;
    // A block of one repeated byte has that byte alone.
    const end = at + 3 + (((head >> 1) & 3) === 1 ? 1 : head >> 3);
    if (end > bytes.length) throw damaged("a ZSTD page is none");
    if (head & 1) {
      if (bytes.length !== end + (flags & 4)) throw damaged("a ZSTD page has more than a frame");
      return [at, end];
    }
    at = end;
  }
}
