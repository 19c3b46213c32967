import type { TokenRow } from "../train/report.ts";
import type { TokenRecord, WatchedRecord } from "./tokenRecord.ts";

/** A {@link TokenRecord} as it lies in the archive: numbers in float32, those of a row in one array. */
export interface PackedTokens {
  readonly steps: readonly { readonly step: number; readonly rows: readonly PackedRow[] }[];
  readonly watched?: WatchedRecord | undefined;
}

interface PackedRow extends Omit<TokenRow, "logp" | "entropy" | "weight" | "views"> {
  /** Names of the views. */
  readonly views: readonly string[];
  /** logp, entropy, weight, then the views. */
  readonly numbers: Float32Array; // [3 + views, t]
}

export function packed({ steps, watched }: TokenRecord): PackedTokens {
  return { steps: steps.map(({ step, rows }) => ({ step, rows: rows.map(packedRow) })), ...(watched && { watched }) };
}

function packedRow({ logp, entropy, weight, views, ...row }: TokenRow): PackedRow {
  const lists = [logp, entropy, weight, ...Object.values(views)];
  return { ...row, views: Object.keys(views), numbers: Float32Array.from(lists.flat()) };
}

export function unpacked({ steps, watched }: PackedTokens): TokenRecord {
  return { steps: steps.map(({ step, rows }) => ({ step, rows: rows.map(unpackedRow) })), ...(watched && { watched }) };
}

function unpackedRow({ views, numbers, ...row }: PackedRow): TokenRow {
  const T = row.tokens.length;
  const list = (nth: number) => Array.from(numbers.subarray(nth * T, (nth + 1) * T));
  return {
    ...row,
    logp: list(0),
    entropy: list(1),
    weight: list(2),
    views: Object.fromEntries(views.map((name, nth) => [name, list(3 + nth)])),
  };
}
