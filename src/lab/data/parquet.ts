import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { DataError } from "../tasks/dataError.ts";
import type { FileRecord } from "./records.ts";

/** A file of which pieces can be read. */
interface SlicedFile {
  readonly size: number;
  /** Bytes from `from` up to `to`. */
  slice(from: number, to: number): Promise<ArrayBuffer>;
}

/** Rows that are read at once, and bytes that a group of rows may unfold to. */
const AT_ONCE = 10_000;
const MOST_GROUP = 512e6;
const NO_PARQUET = "A Parquet file must be one that the lab can read (uncompressed or Snappy)";

/** The records of a Parquet file, a list for each few thousand. @throws {DataError} for a file that is none, or is damaged */
export async function* parquetRecords(file: SlicedFile): AsyncGenerator<readonly FileRecord[]> {
  const buffer = { byteLength: file.size, slice: (from: number, to = file.size) => read(file, from, to) };
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const rows = Number(metadata.num_rows);
    for (const { total_byte_size: size } of metadata.row_groups)
      if (!(Number(size) >= 0 && Number(size) <= MOST_GROUP))
        throw new DataError(`A group of rows of a Parquet file must unfold to at most ${MOST_GROUP / 1e6} MB.`);
    for (let from = 0; from < rows; from += AT_ONCE) {
      const objects = await parquetReadObjects({
        file: buffer,
        metadata,
        rowStart: from,
        rowEnd: Math.min(rows, from + AT_ONCE),
      });
      if (objects.length === 0) return;
      yield objects.map((value, at) => ({ number: from + at + 1, value: plainObject(value) }));
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    const why = error instanceof Error ? error.message.split("\n")[0]!.slice(0, 120) : "something else";
    throw new DataError(`${NO_PARQUET}, got: ${why}.`);
  }
}

/** What lies outside the file is damage, never a smaller piece. */
function read(file: SlicedFile, from: number, to: number): Promise<ArrayBuffer> {
  // hyparquet asks for the end of a file by a negative start.
  const begin = from < 0 ? file.size + from : from;
  if (!(begin >= 0 && begin <= to && to <= file.size))
    throw new DataError(`${NO_PARQUET}, got one that points outside itself.`);
  return file.slice(begin, to);
}

/** A record as JSON would have it: whole numbers of 64 bits become plain ones where they are exact. */
function plainObject(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, cell]) => [name, plain(cell)]));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return plainObject(value as Readonly<Record<string, unknown>>);
  return value;
}
