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
    for (let row = 0; row < B; row++) {
      const own = Math.max(0, length - 1 - starts[row]!);
      tokens += own;
      longest = Math.max(longest, own);
    }
    for (let i = 0; i < mask.length; i++) if (mask[i]) scored++;
  }
  return { tokens, scored, rows, longest };
}

/** Writes the tables of batches of these sizes. */
export function fillTables(batches: readonly Sequences[], to: BatchTables): void {
  let [token, scored, index] = [0, 0, 0];
  for (const { rows, length, ids, starts, mask, temperature = 1 } of batches) {
    const T = length - 1;
    for (let row = 0; row < rows; row++, index++) {
      to.rowStart[index] = token;
      to.rowScored[index] = scored;
      for (let t = starts[row]!; t < T; t++, token++) {
        to.ids[token] = ids[row * length + t]!;
        to.positions[token] = t - starts[row]!;
        if (!mask[row * T + t]) continue;
        to.source[scored] = token;
        to.sourcePosition[scored] = t - starts[row]!;
        to.next[scored] = ids[row * length + t + 1]!;
        to.scales[scored] = 1 / temperature;
        scored++;
      }
    }
  }
  to.rowStart[index] = token;
  to.rowScored[index] = scored;
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
    const block = new Float32Array(4 * mask.length);
    const size = mask.length;
    for (let i = 0; i < size; i++) {
      if (!mask[i]) continue;
      for (let kind = 0; kind < 4; kind++) block[kind * size + i] = packed[at + kind]!;
      at += 4;
    }
    const part = (kind: number) => block.subarray(kind * size, (kind + 1) * size);
    return { logp: part(0), entropy: part(1), varentropy: part(2), meanLogp: part(3) };
  });
}

/** From credits of each batch [B, T] to [S, 3] (dLogp, dEntropy, dMeanLogp). */
export function gatherCredits(
  batches: readonly Sequences[],
  credits: readonly TokenCredit[],
  packed: Float32Array,
): void {
  let at = 0;
  for (const [index, { mask }] of batches.entries()) {
    const { dLogp, dEntropy, dMeanLogp } = credits[index]!;
    for (let i = 0; i < mask.length; i++) {
      if (!mask[i]) continue;
      packed[at] = dLogp[i]!;
      packed[at + 1] = dEntropy ? dEntropy[i]! : 0;
      packed[at + 2] = dMeanLogp ? dMeanLogp[i]! : 0;
      at += 3;
    }
  }
}
