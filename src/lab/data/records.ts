import { DataError } from "../tasks/dataError.ts";
import { DelimitedReader } from "./delimited.ts";

export type TextFormat = "jsonl" | "json" | "csv" | "tsv";
/** Parquet is read in pieces of its own choice, by `parquet/parquet.ts`. */
type FileFormat = TextFormat | "parquet";

/** Bytes of a file that is read piece by piece, and of one JSON value, which must be there as a whole. */
const MOST_BYTES: Readonly<Record<FileFormat, number>> = {
  ...{ jsonl: 200e6, csv: 200e6, tsv: 200e6, parquet: 200e6 },
  json: 32e6,
};
/** Records of a file: at 64 rows an update, more than fifteen thousand updates. */
export const MOST_RECORDS = 1_000_000;
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

/** Why a file is not begun with: a sentence where it is larger than one of its kind may be, by its name's ending. */
export function tooLarge(name: string, bytes: number): string | undefined {
  const format = formatOf(name);
  const most = MOST_BYTES[format];
  if (bytes <= most) return undefined;
  const kind = format === "json" ? "of JSON (JSON Lines may have more) " : "";
  return `A file of data ${kind}must have at most ${most / 1e6} MB, got ${(bytes / 1e6).toFixed(1)} MB: nothing of it was read.`;
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
  for await (const values of valuesOf(chunks, format)) {
    const records = values.map((value): FileRecord => ({ number: ++number, value }));
    if (number > MOST_RECORDS) throw new DataError(`${TOO_MANY}, got more: nothing of it was kept.`);
    yield records;
  }
}

const TOO_MANY = `A file of data must have at most ${MOST_RECORDS.toLocaleString("en")} records`;

async function* valuesOf(
  chunks: AsyncIterable<Uint8Array>,
  format: TextFormat,
): AsyncGenerator<readonly FileRecord["value"][]> {
  if (format === "json") {
    let text = "";
    for await (const piece of textOf(chunks, MOST_BYTES.json)) text += piece;
    yield listOf(text).map(objectOf);
    return;
  }
  if (format === "jsonl") {
    let rest = "";
    for await (const piece of textOf(chunks, MOST_BYTES.jsonl)) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop()!;
      if (rest.length > MOST_LINE) throw new DataError(`A line must have at most ${MOST_LINE} characters.`);
      yield lines.filter(isFilled).map(parsed);
    }
    yield [rest].filter(isFilled).map(parsed);
    return;
  }
  const reader = new DelimitedReader(format === "csv" ? "," : "\t");
  for await (const piece of textOf(chunks, MOST_BYTES[format])) yield reader.read(piece);
  yield reader.read("", true);
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
