import { endOfString, withoutMark } from "../lab/policy/jsonText.ts";
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
  if (!/Infinity|NaN/.test(text)) return parseJson(text, source);
  const plain = outsideStrings(withoutMark(text), (piece) =>
    piece.replace(/\bInfinity\b/g, "1e999").replace(/\bNaN\b/g, JSON.stringify(NAN)),
  );
  parseJson(plain, source);
  return JSON.parse(plain, (_key, value: unknown) => (value === NAN ? Number.NaN : value));
}

/** The text with every piece between its strings replaced; however long, in one pass and without recursion. */
function outsideStrings(text: string, replace: (piece: string) => string): string {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const quoted = text.indexOf('"', at);
    if (quoted < 0) return pieces.join("") + replace(text.slice(at));
    const end = endOfString(text, quoted) + 1;
    pieces.push(replace(text.slice(at, quoted)), text.slice(quoted, end));
    at = end;
  }
  return pieces.join("");
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
