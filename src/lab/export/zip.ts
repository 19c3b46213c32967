import { crc32 } from "../train/crc32.ts";
import type { ExportFile } from "./exportFile.ts";

/** Days and seconds of 1 January 1980, so that the same files give the same archive. */
const DATE = 0x0021;
/** Names are UTF-8. */
const UTF8 = 0x0800;
const VERSION = 20;

/**
 * A ZIP archive (APPNOTE 6.3) of files that are stored as they are, without compression: nearly all of an export is weights.
 * @throws {RangeError} where the archive would reach 4 GiB, which needs another format.
 */
export function zipArchive(files: readonly ExportFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const entries = files.map(({ name, content }) => ({
    name: encoder.encode(name),
    bytes: typeof content === "string" ? encoder.encode(content) : content,
  }));
  const size = entries.reduce((sum, { name, bytes }) => sum + 30 + 46 + 2 * name.length + bytes.length, 22);
  if (size >= 2 ** 32) throw new RangeError(`an archive must be smaller than 4 GiB, got ${size} bytes`);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  const placed = entries.map((entry) => {
    const head = { ...entry, crc: Number.parseInt(crc32(entry.bytes), 16), offset: at };
    at = local(out, view, at, head);
    return head;
  });
  const directory = at;
  for (const entry of placed) at = central(out, view, at, entry);
  end(view, at, placed.length, directory);
  return out;
}

interface Entry {
  readonly name: Uint8Array;
  readonly bytes: Uint8Array;
  readonly crc: number;
  readonly offset: number;
}

/** A file's own header and its bytes; answers where the next one begins. */
function local(out: Uint8Array, view: DataView, at: number, entry: Entry): number {
  const { name, bytes } = entry;
  view.setUint32(at, 0x04034b50, true);
  common(view, at + 4, entry);
  out.set(name, at + 30);
  out.set(bytes, at + 30 + name.length);
  return at + 30 + name.length + bytes.length;
}

/** Version to 4.4.11 of the format: 26 bytes that both headers have. */
function common(view: DataView, at: number, { name, bytes, crc }: Entry): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, bytes.length, true);
  view.setUint32(at + 18, bytes.length, true);
  view.setUint16(at + 22, name.length, true);
}

/** A file's entry in the central directory. */
function central(out: Uint8Array, view: DataView, at: number, entry: Entry): number {
  view.setUint32(at, 0x02014b50, true);
  view.setUint16(at + 4, VERSION, true);
  common(view, at + 6, entry);
  view.setUint32(at + 42, entry.offset, true);
  out.set(entry.name, at + 46);
  return at + 46 + entry.name.length;
}

function end(view: DataView, at: number, count: number, directory: number): void {
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, count, true);
  view.setUint16(at + 10, count, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
}
