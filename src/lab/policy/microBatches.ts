import type { Prompts, Rollouts, SampleOptions, Sequences, TokenCredit, TokenScores } from "./policy.ts";

/*
 * How more rows than memory has room for go through a policy: in micro-batches, which are runs of whole rows in their order.
 * The gradient of a batch is a sum over its tokens; a policy that goes on with each micro-batch from the sums of those before
 * it computes the same bits as in one piece.
 */

/** Consecutive rows of one batch. */
interface Rows {
  /** Which of the batches. */
  readonly batch: number;
  readonly from: number;
  readonly to: number;
  /** Views of the batch's own tables. */
  readonly sequences: Sequences;
}

/** Rows that go through a policy together, of one batch or of several. */
export type MicroBatch = readonly Rows[];

/**
 * Batches in micro-batches of at most so many tokens each, but of a row at least.
 * @param tokensOf of row `row` of a batch; 0 for a row of which nothing is computed
 */
export function microBatchesOf(
  batches: readonly Sequences[],
  tokens: number,
  tokensOf: (batch: Sequences, row: number) => number,
): MicroBatch[] {
  const all: Rows[][] = [];
  let room = 0;
  for (const [batch, sequences] of batches.entries()) {
    let from = 0;
    const close = (to: number) => {
      if (to > from) all.at(-1)!.push({ batch, from, to, sequences: rowsFrom(sequences, from, to) });
      from = to;
    };
    for (let row = 0; row < sequences.rows; row++) {
      const own = tokensOf(sequences, row);
      if ((own > 0 && own > room) || all.length === 0) {
        close(row);
        all.push([]);
        room = tokens;
      }
      room -= own;
    }
    close(sequences.rows);
  }
  return all;
}

/** Tokens of a row that go through the decoder where nothing is padded: all of its own but the last. */
export function tokensOfRow({ length, starts }: Sequences, row: number): number {
  return Math.max(0, length - 1 - starts[row]!);
}

/** Scored tokens. */
export function countScored(mask: Sequences["mask"]): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++;
  return count;
}

/** The rows from `from` to before `to`, as views. */
function rowsFrom(batch: Sequences, from: number, to: number): Sequences {
  const { rows, length, ids, starts, mask } = batch;
  if (from === 0 && to === rows) return batch;
  return {
    ...batch,
    rows: to - from,
    ids: ids.subarray(from * length, to * length),
    starts: starts.subarray(from, to),
    mask: mask.subarray(from * (length - 1), to * (length - 1)),
  };
}

/** The batch in runs of whole rows of at most `tokens` tokens each, padding included, where no row is longer than that. */
export function splitRows(batch: Sequences, tokens: number): Sequences[] {
  const runs = microBatchesOf([batch], Math.max(tokens, batch.length), () => batch.length);
  return runs.map(([rows]) => rows!.sequences);
}

/** What was said of the rows of micro-batches, as scores of the whole batches. */
export function scoresOfBatches(
  batches: readonly Sequences[],
  micro: readonly MicroBatch[],
  said: readonly (readonly TokenScores[])[],
): TokenScores[] {
  const parts = micro.flatMap((rows, index) => rows.map(({ batch }, at) => ({ batch, scores: said[index]![at]! })));
  return batches.map((_, index) =>
    joinScores(parts.filter(({ batch }) => batch === index).map(({ scores }) => scores)),
  );
}

/** The scores of consecutive runs of rows as one. */
export function joinScores(parts: readonly TokenScores[]): TokenScores {
  if (parts.length === 1) return parts[0]!;
  const join = (key: keyof TokenScores) => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part[key].length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part[key], at);
      at += part[key].length;
    }
    return whole;
  };
  return {
    logp: join("logp"),
    entropy: join("entropy"),
    varentropy: join("varentropy"),
    meanLogp: join("meanLogp"),
  };
}

/** The credits of a micro-batch's rows. */
export function creditsOfRows(micro: MicroBatch, credits: readonly TokenCredit[]): TokenCredit[] {
  return micro.map(({ batch, from, to, sequences }) => {
    const T = sequences.length - 1;
    const { dLogp, dEntropy, dMeanLogp } = credits[batch]!;
    const cut = (values: ArrayLike<number>) =>
      Float64Array.from({ length: (to - from) * T }, (_, i) => values[from * T + i]!);
    return {
      dLogp: cut(dLogp),
      dEntropy: dEntropy && cut(dEntropy),
      dMeanLogp: dMeanLogp && cut(dMeanLogp),
    };
  });
}

/** A sample of some rows, from `first` on: with what is asked of them alone. */
export interface Turn {
  readonly first: number;
  readonly prompts: Prompts;
  readonly options: SampleOptions;
}

/** Prompts in turns of at most so many rows. What is drawn for a row depends on its number among all, which is the policy's to keep. */
export function turnsOfRows(prompts: Prompts, options: SampleOptions, rows: number): Turn[] {
  if (rows >= prompts.rows) return [{ first: 0, prompts, options }];
  const { hinted } = options;
  return Array.from({ length: Math.ceil(prompts.rows / rows) }, (_, turn) => {
    const [first, to] = [turn * rows, Math.min(prompts.rows, (turn + 1) * rows)];
    const some = (of: Prompts): Prompts => ({
      rows: to - first,
      length: of.length,
      ids: of.ids.subarray(first * of.length, to * of.length),
      starts: of.starts.subarray(first, to),
    });
    const own = hinted ? { ...options, hinted: { ...hinted, prompts: some(hinted.prompts) } } : options;
    return { first, prompts: some(prompts), options: own };
  });
}

/** The completions of consecutive turns as one. */
export function joinRollouts(parts: readonly Rollouts[]): Rollouts {
  if (parts.length === 1) return parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { length } = parts[0]!;
  function join<A extends Float32Array | Int32Array | Uint8Array>(whole: A, of: (part: Rollouts) => A): A {
    let at = 0;
    for (const part of parts) {
      whole.set(of(part), at);
      at += of(part).length;
    }
    return whole;
  }
  return {
    rows,
    length,
    ids: join(new Int32Array(rows * length), ({ ids }) => ids),
    logp: join(new Float32Array(rows * length), ({ logp }) => logp),
    entropy: join(new Float32Array(rows * length), ({ entropy }) => entropy),
    lengths: join(new Int32Array(rows), ({ lengths }) => lengths),
    ended: join(new Uint8Array(rows), ({ ended }) => ended),
    ...(parts[0]!.lambda && { lambda: join(new Float32Array(rows * length), ({ lambda }) => lambda!) }),
  };
}
