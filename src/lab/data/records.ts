import { DataError } from "../tasks/dataError.ts";
import { DelimitedReader } from "./delimited.ts";

export type TextFormat = "jsonl" | "json" | "csv" | "tsv";
/** Parquet is read by `parquet.ts`, in pieces of its own choice. */
type FileFormat = TextFormat | "parquet";

/** Bytes of a file. */
export const MOST_BYTES = 200e6;
/** Bytes of one JSON value, which must be there as a whole. */
const MOST_JSON = 32e6;
/** Characters of a line. */
const MOST_LINE = 1e6;

/** A record of a file, or why a line is none. */
export interface FileRecord {
  /** Of the record among those of the file, counted from 1. */
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>> | undefined;
}

/** The format by a file's name; JSON Lines where the name does not say. */
export function formatOf(name: string): FileFormat {
  const ending = /\.(jsonl|ndjson|json|csv|tsv|tab|parquet)$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === "json" || ending === "csv" || ending === "parquet") return ending;
  return ending === "tsv" || ending === "tab" ? "tsv" : "jsonl";
}

/**
 * The records of a file that comes in pieces, a list for each piece.
 * @throws {DataError} for bytes that are no UTF-8, for a file or a line above its bound, for JSON that is no list of objects
 */
export async function* recordsOf(
  chunks: AsyncIterable<Uint8Array>,
  format: TextFormat,
): AsyncGenerator<readonly FileRecord[]> {
  let number = 0;
  const numbered = (value: FileRecord["value"]): FileRecord => ({ number: ++number, value });
  if (format === "json") {
    let text = "";
    for await (const piece of textOf(chunks, MOST_JSON)) text += piece;
    yield listOf(text).map((value) => numbered(objectOf(value)));
    return;
  }
  if (format === "jsonl") {
    let rest = "";
    for await (const piece of textOf(chunks, MOST_BYTES)) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop()!;
      if (rest.length > MOST_LINE) throw new DataError(`A line must have at most ${MOST_LINE} characters.`);
      yield lines.filter(isFilled).map((line) => numbered(parsed(line)));
    }
    yield [rest].filter(isFilled).map((line) => numbered(parsed(line)));
    return;
  }
  const reader = new DelimitedReader(format === "csv" ? "," : "\t");
  for await (const piece of textOf(chunks, MOST_BYTES)) yield reader.read(piece).map(numbered);
  yield reader.read("", true).map(numbered);
}

const isFilled = (line: string) => line.trim() !== "";

/** The text of bytes, without a byte-order mark. */
async function* textOf(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw new DataError(`A file of this kind must have at most ${most / 1e6} MB.`);
    yield decoded(decoder, chunk);
  }
  yield decoded(decoder);
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new DataError("A file of data must be text in UTF-8, got other bytes.");
  }
}

function parsed(line: string): FileRecord["value"] {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): FileRecord["value"] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

/** The list that a JSON file is, or the one list that its object has, e.g. `{"data": [...]}`. */
function listOf(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DataError("A JSON file of data must hold a list of objects, got something that is no JSON.");
  }
  if (Array.isArray(value)) return value;
  const lists = Object.values(objectOf(value) ?? {}).filter(Array.isArray);
  if (lists.length === 1) return lists[0]!;
  throw new DataError("A JSON file of data must hold a list of objects, got something else.");
}
