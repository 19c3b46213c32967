import { countScored } from "../microBatches.ts";
import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";

/*
 * How sequences lie in the arena: padding-free. Every row is stripped of its left padding and of its last token (which is
 * only a target), the rows of all batches lie one after another: N tokens of R rows. S of them are scored.
 */

export interface BatchSizes {
  readonly tokens: number; // N
  readonly scored: number; // S
  readonly rows: number; // R
  /** Tokens of the longest row. */
  readonly longest: number;
}

/** The tables of a packed batch, views of the arena. */
export interface BatchTables {
  readonly ids: Int32Array; // [N]
  readonly positions: Int32Array; // [N]
  /** Where each row begins among the tokens. */
  readonly rowStart: Int32Array; // [R + 1]
  readonly source: Int32Array; // [S] the scored token's index
  readonly sourcePosition: Int32Array; // [S]
  /** Where each row begins among the scored tokens. */
  readonly rowScored: Int32Array; // [R + 1]
  readonly next: Int32Array; // [S] id of the token that came next
  readonly scales: Float32Array; // [S] 1/temperature
}

export function sizesOf(batches: readonly Sequences[]): BatchSizes {
  let [tokens, scored, rows, longest] = [0, 0, 0, 0];
  for (const { rows: B, length, starts, mask } of batches) {
    rows += B;
    scored += countScored(mask);
    for (let row = 0; row < B; row++) {
      const own = Math.max(0, length - 1 - starts[row]!);
      tokens += own;
      longest = Math.max(longest, own);
    }
  }
  return { tokens, scored, rows, longest };
}

/*
 * Loops over a batch's tokens stand in functions of their own: an engine compiles a loop that runs hot before what follows it has
 * ever been reached, and throws the whole function away when it gets there.
 */

/** Writes the tables of batches of these sizes. */
export function fillTables(batches: readonly Sequences[], to: BatchTables): void {
  let [token, scored, index] = [0, 0, 0];
  for (const batch of batches) {
    for (let row = 0; row < batch.rows; row++, index++) {
      to.rowStart[index] = token;
      to.rowScored[index] = scored;
      scored = fillRow(batch, row, token, scored, to);
      token += Math.max(0, batch.length - 1 - batch.starts[row]!);
    }
  }
  to.rowStart[index] = token;
  to.rowScored[index] = scored;
}

/** Writes what the tables say of one row, its first token and first scored token at these places; answers where the next row's scored ones begin. */
function fillRow(batch: Sequences, row: number, token: number, firstScored: number, to: BatchTables): number {
  const { length, ids, mask, temperature = 1 } = batch;
  const start = batch.starts[row]!;
  const [at, masked] = [row * length, row * (length - 1)];
  let scored = firstScored;
  for (let t = start; t < length - 1; t++) {
    const place = token + t - start;
    to.ids[place] = ids[at + t]!;
    to.positions[place] = t - start;
    if (!mask[masked + t]) continue;
    to.source[scored] = place;
    to.sourcePosition[scored] = t - start;
    to.next[scored] = ids[at + t + 1]!;
    to.scales[scored] = 1 / temperature;
    scored++;
  }
  return scored;
}

/** Sizes of a batch of which every token speaks, the last one and padding too: a padding token as a row of its own. */
export function sizesOfAll({ rows, length, starts }: Sequences): BatchSizes {
  const padding = starts.reduce((sum, start) => sum + start, 0);
  const longest = Math.max(1, ...Array.from(starts, (start) => length - start));
  return { tokens: rows * length, scored: rows * length, rows: rows + padding, longest };
}

export function fillTablesOfAll({ rows, length, ids, starts }: Sequences, to: BatchTables): void {
  let index = 0;
  for (let token = 0; token < rows * length; token++) {
    const t = token % length;
    const start = starts[Math.floor(token / length)]!;
    if (t <= start) {
      to.rowStart[index] = to.rowScored[index] = token;
      index++;
    }
    to.ids[token] = ids[token]!;
    to.source[token] = token;
    to.positions[token] = to.sourcePosition[token] = Math.max(0, t - start);
    to.next[token] = 0;
    to.scales[token] = 1;
  }
  to.rowStart[index] = to.rowScored[index] = rows * length;
}

/** From [S, 4] (logp, entropy, varentropy, meanLogp) to scores of each batch [B, T], 0 where the mask is 0. */
export function spreadScores(batches: readonly Sequences[], packed: Float32Array): TokenScores[] {
  let at = 0;
  return batches.map(({ mask }) => {
    const size = mask.length;
    const block = new Float32Array(4 * size);
    at = spread(mask, packed, at, block);
    const part = (kind: number) => block.subarray(kind * size, (kind + 1) * size);
    return { logp: part(0), entropy: part(1), varentropy: part(2), meanLogp: part(3) };
  });
}

/** Puts the scores from `from` on to where the mask is not 0, kind after kind; answers where they end. */
function spread(mask: Float32Array, packed: Float32Array, from: number, block: Float32Array): number {
  const size = mask.length;
  let at = from;
  for (let i = 0; i < size; i++) {
    if (!mask[i]) continue;
    block[i] = packed[at]!;
    block[size + i] = packed[at + 1]!;
    block[2 * size + i] = packed[at + 2]!;
    block[3 * size + i] = packed[at + 3]!;
    at += 4;
  }
  return at;
}

/** From credits of each batch [B, T] to [S, 3] (dLogp, dEntropy, dMeanLogp). */
export function gatherCredits(
  batches: readonly Sequences[],
  credits: readonly TokenCredit[],
  packed: Float32Array,
): void {
  let at = 0;
  for (const [index, { mask }] of batches.entries()) at = gather(mask, credits[index]!, at, packed);
}

function gather(mask: Float32Array, credit: TokenCredit, from: number, packed: Float32Array): number {
  const { dLogp, dEntropy, dMeanLogp } = credit;
  let at = from;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    packed[at] = dLogp[i]!;
    packed[at + 1] = dEntropy ? dEntropy[i]! : 0;
    packed[at + 2] = dMeanLogp ? dMeanLogp[i]! : 0;
    at += 3;
  }
  return at;
}
