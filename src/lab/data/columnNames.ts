import { DataError } from "../tasks/dataError.ts";

/** Columns of a file: every record is as wide. */
const MOST_COLUMNS = 1000;

/** @param count of columns, those inside of columns included @throws {DataError} for too many, and for two of one name */
export function checkNames(names: readonly string[], count = names.length): void {
  if (count > MOST_COLUMNS)
    throw new DataError(
      `A file of data must have at most ${MOST_COLUMNS.toLocaleString("en")} columns, got ${count.toLocaleString("en")}.`,
    );
  const seen = new Set<string>();
  for (const name of names) {
    // Spreadsheets write a separator too many on every line.
    if (name !== "" && seen.has(name))
      throw new DataError(`The columns of a file must have names of their own, got two named “${name.slice(0, 60)}”.`);
    seen.add(name);
  }
}
