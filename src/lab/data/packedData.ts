import { DataError } from "../tasks/dataError.ts";
import { dataTaskId, hashInTaskId } from "../tasks/dataTask.ts";

/** Characters that the rows of a set may take in a link. */
const MOST_PACKED = 1200;
/** Bytes of lines that are worth an attempt, and that a link's rows may unfold to. */
const MOST_LINES = 64 * 1024;

const packed = new Map<string, string>();

/** The rows of a task's set as a link carries them; undefined where they are too many, or not packed yet. */
export function packedData(task: string): string | undefined {
  const hash = hashInTaskId(task);
  return hash === undefined ? undefined : packed.get(dataTaskId(hash));
}

/** Packs the lines of a small set for {@link packedData}: deflated, in base64url. Larger ones are left as they are. */
export async function packData(hash: string, lines: Blob): Promise<void> {
  if (lines.size > MOST_LINES) return;
  const bytes = await collected(lines.stream().pipeThrough(new CompressionStream("deflate-raw")), MOST_LINES);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (text.length <= MOST_PACKED) packed.set(dataTaskId(hash), text);
}

/** The lines that {@link packData} packed. @throws {DataError} for a text that it did not write, or that unfolds to too much */
export async function unpackedLines(text: string): Promise<Blob> {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Blob([await collected(stream, MOST_LINES)]);
  } catch {
    throw new DataError("The rows in the link must be those that the lab packed, got a damaged text.");
  }
}

async function collected(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError(`packed rows must unfold to at most ${most} bytes`);
    }
    pieces.push(piece.value);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
