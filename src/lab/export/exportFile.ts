/** One file of an exported folder. */
export interface ExportFile {
  /** Relative to the folder, parts divided by `/`. */
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** What an export wrote, and what somebody who uses it must know first. */
export interface Exported {
  readonly files: readonly ExportFile[];
  /** One sentence each. */
  readonly notes: readonly string[];
}

/** A list of objects as JSON Lines. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** A JSON file that people read. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
