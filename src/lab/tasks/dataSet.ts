import { DataError } from "./dataError.ts";
import { type DataRow, lineOf } from "./dataRow.ts";
import { Sha256 } from "./sha256.ts";
import { splitHash } from "./split.ts";
import type { Limits, Split } from "./task.ts";

/** A content-addressed table of rows. */
export interface DataSet {
  /** First 16 hexadecimal digits of the SHA-256 of its lines. */
  readonly hash: string;
  readonly rows: readonly DataRow[];
  /** Of each row. */
  readonly splits: readonly Split[];
  readonly facts: DataFacts;
}

/** What is known of a set without its rows. */
export interface DataFacts {
  readonly counts: Readonly<Record<Split, number>>;
  readonly limits: Limits;
  /** What the rows have, so that a feed knows what it can make of them. */
  readonly has: Readonly<Record<"completions" | "answers" | "pairs" | "labels" | "ood", boolean>>;
}

/** One prompt in this many is kept from training, and of small sets as many as an evaluation asks at least, up to a half. */
const HELD_OUT = 8;
const FEWEST_HELD_OUT = 8;

/** @throws {DataError} for fewer than two different prompts, which cannot be split */
export function dataSetOf(rows: readonly DataRow[]): DataSet {
  const splits = splitsOf(rows);
  return { hash: hashOf(rows), rows, splits, facts: factsOf(rows, splits) };
}

function factsOf(rows: readonly DataRow[], splits: readonly Split[]): DataFacts {
  const most = (length: (row: DataRow) => number) => rows.reduce((longest, row) => Math.max(longest, length(row)), 0);
  const size = (text: string | undefined) => text?.length ?? 0;
  const written = (row: DataRow) =>
    Math.max(size(row.completion), size(row.answer), size(row.chosen), size(row.rejected));
  const count = (split: Split) => splits.reduce((sum, one) => sum + (one === split ? 1 : 0), 0);
  return {
    counts: { train: count("train"), id: count("id"), ood: count("ood") },
    limits: {
      prompt: most((row) => row.prompt.length),
      completion: most(written),
      answer: most((row) => (row.answer ?? writtenTo(row)).length),
    },
    has: {
      completions: rows.some((row) => row.completion !== undefined),
      answers: rows.some((row) => row.answer !== undefined),
      pairs: rows.some((row) => row.chosen !== undefined),
      labels: rows.some((row) => row.label === false) && rows.some((row) => row.label === true),
      ood: splits.includes("ood"),
    },
  };
}

/** What a row shows as right: what somebody wrote, what was chosen, or the answer itself. */
export function writtenTo({ completion, chosen, answer, label }: DataRow): string {
  return (label === false ? undefined : completion) ?? chosen ?? answer ?? "";
}

/** Rows whose lines are encoded at once. */
const ROWS_A_PIECE = 4096;

/** The lines of a set in UTF-8, piece by piece: what is stored, sent and hashed. */
export function* linesOf(rows: readonly DataRow[]): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (let at = 0; at < rows.length; at += ROWS_A_PIECE)
    yield encoder.encode(
      rows
        .slice(at, at + ROWS_A_PIECE)
        .map(lineOf)
        .join(""),
    );
}

/** The row that {@link lineOf} wrote. @throws {DataError} for anything else */
export function rowOfLine(line: string): DataRow {
  try {
    const row = JSON.parse(line) as DataRow;
    if (typeof row.prompt === "string") return row;
  } catch {
    // No JSON: as other values.
  }
  throw new DataError("A stored data set must be lines that the lab wrote, got something else.");
}

function hashOf(rows: readonly DataRow[]): string {
  const sha = new Sha256();
  for (const piece of linesOf(rows)) sha.update(piece);
  return sha.digest().slice(0, 16);
}

/** Rows of one prompt stay together; without a prompt, of one completion. */
const keyOf = (row: DataRow) => (row.prompt === "" ? writtenTo(row) : row.prompt);

/**
 * The split of each row: what its column says. Where no row is said to be held out, an eighth of the training prompts is, of small sets eight: those
 * with the smallest hashes, so that neither the order of the file nor a seed has a say.
 */
function splitsOf(rows: readonly DataRow[]): Split[] {
  const said = rows.map((row) => row.split ?? "train");
  const keys = new Set(rows.filter((_, at) => said[at] === "train").map(keyOf));
  if (said.includes("id")) {
    if (keys.size < 1) throw new DataError("A data set must have rows for training, got none.");
    return said;
  }
  if (keys.size < 2) throw new DataError(`A data set must have at least two different prompts, got ${keys.size}.`);
  const ordered = Array.from(keys, (key) => ({ key, hash: splitHash(key) })).sort(
    (a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1),
  );
  const count = Math.max(Math.ceil(keys.size / HELD_OUT), Math.min(FEWEST_HELD_OUT, Math.floor(keys.size / 2)));
  const heldOut = new Set(ordered.slice(0, count).map(({ key }) => key));
  return rows.map((row, at) => (said[at] === "train" && heldOut.has(keyOf(row)) ? "id" : said[at]!));
}
