import type { Sequences, TokenCredit } from "../policy.ts";

/** Batches with the credits of their tokens. */
export interface Credited {
  readonly batches: readonly Sequences[];
  readonly credits: readonly TokenCredit[];
  /** Ascending numbers of their rows among those of all batches. */
  readonly rows: readonly number[];
}

/**
 * The rows of which a scored token has a credit other than 0; batches without such a row are left out. A group of answers that all
 * earned the same has none. The gradient of what is left is that of the whole, bit for bit: every other row adds zeros to
 * its sums.
 */
export function withCredit(batches: readonly Sequences[], credits: readonly TokenCredit[]): Credited {
  const all: number[] = [];
  let first = 0;
  const left = batches.flatMap((batch, index) => {
    const credit = credits[index]!;
    const rows = creditedRows(batch, credit);
    for (const row of rows) all.push(first + row);
    first += batch.rows;
    if (rows.length === batch.rows) return [{ batch, credit }];
    return rows.length === 0 ? [] : [{ batch: rowsOf(batch, rows), credit: creditOf(batch, credit, rows) }];
  });
  return { batches: left.map(({ batch }) => batch), credits: left.map(({ credit }) => credit), rows: all };
}

function creditedRows({ rows, length, mask }: Sequences, credit: TokenCredit): number[] {
  const T = length - 1;
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (hasCredit(mask, credit, row * T, (row + 1) * T)) found.push(row);
  return found;
}

function hasCredit(mask: Float32Array, credit: TokenCredit, from: number, to: number): boolean {
  const { dLogp, dEntropy, dMeanLogp } = credit;
  for (let i = from; i < to; i++) {
    if (mask[i] && (dLogp[i] !== 0 || dEntropy?.[i] || dMeanLogp?.[i])) return true;
  }
  return false;
}

function rowsOf(batch: Sequences, rows: readonly number[]): Sequences {
  const { length, ids, starts, mask } = batch;
  const left = {
    ids: new Int32Array(rows.length * length),
    starts: Int32Array.from(rows, (row) => starts[row]!),
    mask: new Float32Array(rows.length * (length - 1)),
  };
  for (const [to, row] of rows.entries()) {
    left.ids.set(ids.subarray(row * length, (row + 1) * length), to * length);
    left.mask.set(mask.subarray(row * (length - 1), (row + 1) * (length - 1)), to * (length - 1));
  }
  return { ...batch, rows: rows.length, ...left };
}

function creditOf({ length }: Sequences, credit: TokenCredit, rows: readonly number[]): TokenCredit {
  const T = length - 1;
  const of = (values: ArrayLike<number>) =>
    Float64Array.from({ length: rows.length * T }, (_, i) => values[rows[Math.floor(i / T)]! * T + (i % T)]!);
  const { dLogp, dEntropy, dMeanLogp } = credit;
  return {
    dLogp: of(dLogp),
    ...(dEntropy && { dEntropy: of(dEntropy) }),
    ...(dMeanLogp && { dMeanLogp: of(dMeanLogp) }),
  };
}
