import type { Batch } from "../feeds/batch.ts";
import type { Applied, FeedCredit, Numbers } from "../objectives/objective.ts";
import { countScored } from "../policy/microBatches.ts";
import type { TokenScores } from "../policy/policy.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { TokenRow } from "./report.ts";

/** Rows of each batch that the page shows. */
const SHOWN: Readonly<Record<string, number>> = { demos: 3, rollouts: 5 };
const SHOWN_OF_PAIRS = 2;

/** A few rows of every batch, token by token, with the credit that trained them. */
export function tokenRows(
  tokenizer: Tokenizer,
  batches: readonly Batch[],
  scores: readonly TokenScores[],
  applied: Applied,
): TokenRow[] {
  return batches.flatMap((one, index) => {
    const { sequences, tokens } = one;
    const credit = applied.credits.get(one.name)!;
    const length = sequences.length - 1;
    const rowOf = rowsOf(tokenizer, one, scores[index]!, credit);
    const shown = Math.min(SHOWN[one.name] ?? SHOWN_OF_PAIRS, sequences.rows);
    const first = firstTrained(credit.dLogp, length, tokens.groupSize ?? 1, sequences.rows - shown);
    return Array.from({ length: shown }, (_, offset) => rowOf(first + offset));
  });
}

/** Any row of one batch. */
export function rowsOf(
  tokenizer: Tokenizer,
  of: Batch,
  scores: TokenScores,
  credit: FeedCredit,
): (row: number) => TokenRow {
  const { sequences, tokens } = of;
  const length = sequences.length - 1;
  const batch = { rows: sequences.rows, tokens: countScored(sequences.mask), length };
  return (row) => {
    const at = positions(sequences.mask, row, length);
    const pick = (values: ArrayLike<number>) => at.map((i) => values[i]!);
    const reward = tokens.rewards?.[row];
    return {
      feed: of.name,
      prompt: of.problems[row]!.prompt,
      ...(of.writers && { writer: of.writers[row]! }),
      tokens: at.map((i) => tokenizer.label(sequences.ids[row * sequences.length + (i - row * length) + 1]!)),
      logp: pick(scores.logp),
      entropy: pick(scores.entropy),
      weight: pick(credit.dLogp).map((value) => (value === 0 ? 0 : -value)),
      views: Object.fromEntries(
        Object.entries({ ...of.views, ...credit.views }).map(([name, values]) => [name, pick(values as Numbers)]),
      ),
      ...(reward !== undefined && { reward }),
      ...(of.parts?.[row] && { parts: of.parts[row] }),
      batch,
    };
  };
}

/** The first row of the first group that any credit reached, at most `last`: a group of equal rewards has nothing to show. */
function firstTrained(dLogp: ArrayLike<number>, length: number, groupSize: number, last: number): number {
  for (let i = 0; i < dLogp.length; i++) {
    if (dLogp[i] === 0) continue;
    const row = Math.floor(i / length);
    return Math.min(row - (row % groupSize), last);
  }
  return 0;
}

/** Flat indices [B, T] of a row's scored positions. */
function positions(mask: Float32Array, row: number, length: number): number[] {
  const at: number[] = [];
  for (let i = row * length; i < (row + 1) * length; i++) if (mask[i]) at.push(i);
  return at;
}
