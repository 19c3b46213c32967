import { DataError } from "../tasks/dataError.ts";
import type { DataRow } from "../tasks/dataRow.ts";
import { type DataSet, dataSetOf, linesOf, rowOfLine } from "../tasks/dataSet.ts";

/** The lines of rows as the page stores and sends them: their bytes lie outside the heap of whoever holds them. */
export const storedLines = (rows: readonly DataRow[]): Blob => new Blob([...linesOf(rows)]);

/** The set of lines that {@link storedLines} wrote. @throws {DataError} for anything else, and where they are gone */
export async function dataSetFromLines(lines: Blob): Promise<DataSet> {
  const rows: DataRow[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string) => {
    const whole = (rest + text).split("\n");
    rest = whole.pop()!;
    for (const line of whole) if (line !== "") rows.push(rowOfLine(line));
  };
  for await (const piece of piecesOf(lines)) take(decoder.decode(piece, { stream: true }));
  take(`${decoder.decode()}\n`);
  return dataSetOf(rows);
}

/** Bytes that are read at once. */
const PIECE = 2 ** 19;

/** The bytes of a file or blob in order. @throws {DataError} where they cannot be read, such as after the browser let a store go */
export async function* piecesOf(lines: Blob, read: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < lines.size; at += PIECE) {
    yield new Uint8Array(await bytesOf(lines.slice(at, at + PIECE)));
    read(Math.min(lines.size, at + PIECE));
  }
}

/** @throws {DataError} where they cannot be read */
export async function bytesOf(piece: Blob): Promise<ArrayBuffer> {
  try {
    return await piece.arrayBuffer();
  } catch {
    throw new DataError("The data must be readable to their end, got an error of the disk: open their file again.");
  }
}
