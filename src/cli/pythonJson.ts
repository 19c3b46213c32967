import { InputError } from "./command.ts";
import { parseJson } from "./input.ts";

/** What stands for NaN while the text is JSON; no key or value of ours holds a control character. */
const NAN = "\u0000NaN";

/**
 * The value of a JSON text in which numbers may be written as Python's `json` writes those that JSON lacks: `NaN`,
 * `Infinity`, `-Infinity`. Whether such a number makes sense is the reader's to say.
 * @throws {InputError} naming `source` when the text is neither
 */
export function parsePythonJson(text: string, source: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\bInfinity\b|\bNaN\b/g, (piece) => {
    if (piece === "Infinity") return "1e999";
    return piece === "NaN" ? JSON.stringify(NAN) : piece;
  });
  if (plain === text) return parseJson(text, source);
  parseJson(plain, source);
  return JSON.parse(plain, (_key, value: unknown) => (value === NAN ? Number.NaN : value));
}

/** Batches in the form that they came in. */
interface Batches {
  readonly form: "one" | "array" | "lines";
  readonly batches: readonly unknown[];
}

/**
 * One batch, an array of them, or JSON Lines: one batch a line, empty lines left out.
 * @throws {InputError} naming `source`, and the line in JSON Lines
 */
export function parseBatches(text: string, source: string): Batches {
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  if (lines.length > 1 && isWhole(lines[0]!.line)) {
    return {
      form: "lines",
      batches: lines.map(({ line, number }) => parsePythonJson(line, `line ${number} of ${source}`)),
    };
  }
  const value = parsePythonJson(text, source);
  if (!Array.isArray(value)) return { form: "one", batches: [value] };
  if (value.length === 0) throw new InputError(`${source} must hold at least one batch, got an empty array.`);
  return { form: "array", batches: value };
}

/** Whether a line is an object by itself. */
function isWhole(line: string): boolean {
  try {
    const value = parsePythonJson(line, "");
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
