import type { Sequences, TokenCredit } from "../lab/policy/policy.ts";
import { quote } from "../lab/schema.ts";
import { InputError } from "./command.ts";
import { checkScoreKeys } from "./scoreKeys.ts";

/** Of 32 bits: a larger number would become another token's. */
const LARGEST_ID = 2 ** 31 - 1;

/** What `lab score` was asked. B rows of T + 1 tokens. */
export interface ScoreInput {
  /** Scored wherever a real token is predicted from a real one. */
  readonly sequences: Sequences;
  /** The real tokens of each row, without the padding on either side. */
  readonly real: readonly Int32Array[]; // [B]
  /** Where credit counts, if that is not all that is scored. */
  readonly mask?: Float32Array; // [B, T]
  readonly credit?: TokenCredit;
}

/**
 * Reads `{ ids, attentionMask?, positionIds?, mask?, credit?, entropyCredit? }`; other keys are left alone, so that a file
 * with expected answers can be given as it is, unless they look like one of these. Positions are those that follow from the
 * attention mask, or refused. Padding lies on the left, or on the right, where causality makes it harmless.
 * @throws {InputError} naming the first thing that is wrong
 */
export function readScoreInput(raw: unknown): ScoreInput {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new InputError(`a batch must be an object with ids, got ${quote(raw)}.`);
  }
  const keys = raw as Readonly<Record<string, unknown>>;
  checkScoreKeys(keys);
  const { ids, attentionMask, positionIds, mask, credit, entropyCredit } = keys;
  const rows = matrix("ids", ids);
  const B = rows.length;
  const length = rows[0]!.length;
  if (length < 2) throw new InputError(`ids must have at least 2 tokens a row, got ${length}.`);
  const flat = fill("ids", rows, B, length, Int32Array);
  const wrong = rows.flat().find((id) => !Number.isInteger(id) || id < 0 || id > LARGEST_ID);
  if (wrong !== undefined) throw new InputError(`ids must hold whole numbers from 0 to ${LARGEST_ID}, got ${wrong}.`);
  const attended =
    optional("attentionMask", asNumbers(attentionMask), B, length) ?? new Float64Array(B * length).fill(1);
  const ranges = Array.from({ length: B }, (_, row) =>
    realRange(attended.subarray(row * length, (row + 1) * length), row),
  );
  checkPositions(optional("positionIds", positionIds, B, length), ranges, length);
  const T = length - 1;
  const scored = predicted(ranges, T);
  const given = optional("mask", asNumbers(mask), B, T);
  const odd = given?.find((value) => value !== 0 && value !== 1);
  if (odd !== undefined)
    throw new InputError(
      `mask must hold 1 where a token counts and 0 elsewhere, got ${odd}: weights are the credit's.`,
    );
  const dLogp = optional("credit", credit, B, T);
  const dEntropy = optional("entropyCredit", entropyCredit, B, T);
  return {
    sequences: {
      rows: B,
      length,
      ids: flat,
      starts: Int32Array.from(ranges, ([start]) => start),
      mask: scored,
    },
    real: ranges.map(([start, end], row) => flat.subarray(row * length + start, row * length + end)),
    ...(given && { mask: Float32Array.from(given) }),
    ...((dLogp || dEntropy) && { credit: { dLogp: dLogp ?? new Float64Array(B * T), dEntropy } }),
  };
}

/** 1 where a real token is predicted from a real one. */
function predicted(ranges: readonly (readonly [start: number, end: number])[], T: number): Float32Array {
  const mask = new Float32Array(ranges.length * T);
  for (const [row, [start, end]] of ranges.entries()) mask.fill(1, row * T + start, row * T + end - 1);
  return mask;
}

/** First real token, and the one after the last. */
function realRange(attended: Float64Array, row: number): readonly [number, number] {
  const start = attended.indexOf(1);
  const end = attended.lastIndexOf(1) + 1;
  const holes = attended.some((value, t) => value !== (t >= start && t < end ? 1 : 0));
  if (start >= 0 && !holes) return [start, end];
  throw new InputError(`attentionMask must be one unbroken run of ones in row ${row}, got [${attended.join()}].`);
}

/** Positions count from the first real token of a row; what padding says does not matter. */
function checkPositions(
  positions: Float64Array | undefined,
  ranges: readonly (readonly [start: number, end: number])[],
  length: number,
): void {
  if (!positions) return;
  for (const [row, [start, end]] of ranges.entries()) {
    for (let t = start; t < end; t++) {
      const came = positions[row * length + t]!;
      if (came === t - start) continue;
      throw new InputError(
        `positionIds must count from 0 at the first real token, ${t - start} at row ${row}, token ${t}, got ${came}.`,
      );
    }
  }
}

/** A mask may be written with true and false. */
function asNumbers(raw: unknown): unknown {
  const number = (value: unknown) => (typeof value === "boolean" ? Number(value) : value);
  return Array.isArray(raw) ? raw.map((row) => (Array.isArray(row) ? row.map(number) : row)) : raw;
}

function optional(name: string, raw: unknown, rows: number, columns: number): Float64Array | undefined {
  return raw == null ? undefined : fill(name, matrix(name, raw), rows, columns, Float64Array);
}

function matrix(name: string, raw: unknown): readonly (readonly number[])[] {
  const isMatrix =
    Array.isArray(raw) &&
    raw.length > 0 &&
    raw.every((row) => Array.isArray(row) && row.every((value) => typeof value === "number"));
  if (!isMatrix) throw new InputError(`${name} must be a list of lists of numbers, got ${quote(raw)}.`);
  const rows = raw as readonly (readonly number[])[];
  const wide = rows.flat().find((value) => !Number.isFinite(Math.fround(value)));
  if (wide === undefined) return rows;
  throw new InputError(`${name} must hold numbers within float32, up to 3.4028235e38 in magnitude, got ${wide}.`);
}

function fill<A extends Int32Array | Float64Array>(
  name: string,
  rows: readonly (readonly number[])[],
  count: number,
  columns: number,
  Kind: new (length: number) => A,
): A {
  const shape = `[${rows.length}, ${[...new Set(rows.map((row) => row.length))].join(" or ")}]`;
  if (rows.length !== count || rows.some((row) => row.length !== columns)) {
    throw new InputError(`${name} must have the shape [${count}, ${columns}], got ${shape}.`);
  }
  const flat = new Kind(count * columns);
  for (const [b, row] of rows.entries()) flat.set(row, b * columns);
  return flat;
}
