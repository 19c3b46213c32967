import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";
import {
  type BatchSizes,
  type BatchTables,
  fillTables,
  fillTablesOfAll,
  gatherCredits,
  sizesOf,
  sizesOfAll,
  spreadScores,
} from "./batch.ts";
import { withCredit } from "./credited.ts";
import type { Store } from "./store.ts";

/** Of the threads in a pass through a small decoder: each of them has this part of the tokens' work before it. */
const MEETINGS = 4;

/** Lays out the arena for batches, writes their tables and runs the decoder with the weights at `weights`. */
export function forward(
  store: Store,
  batches: readonly Sequences[],
  weights: number,
  training: boolean,
): TokenScores[] {
  const sizes = sizesOf(batches);
  pass(store, sizes, weights, training, (to) => fillTables(batches, to));
  return spreadScores(batches, store.floats(store.kernels.scoresAt(), 4 * sizes.scored));
}

/** All logits [B, T + 1, V] of a batch. */
export function allLogits(store: Store, batch: Sequences, weights: number, vocabSize: number): Float32Array {
  const sizes = sizesOfAll(batch);
  pass(store, sizes, weights, false, (to) => fillTablesOfAll(batch, to));
  return store.floats(store.kernels.logitsAt(), sizes.scored * vocabSize).slice();
}

function pass(
  store: Store,
  sizes: BatchSizes,
  weights: number,
  training: boolean,
  fill: (to: BatchTables) => void,
): void {
  const kind = training ? "training" : "scoring";
  const tokens = sizes.tokens / MEETINGS;
  const threads = store.threadsFor(kind, tokens);
  fill(tables(store, sizes, training, store.arena, threads));
  store.run(kind, tokens, threads, () => store.kernels.forward(weights));
}

/** Of what a pass forward and backward costs, what backward alone does, and a little less. */
const BACKWARD_SHARE = 0.6;

/**
 * The gradient of the current weights, from credits for the batches of the last {@link forward}, which must have trained. Where
 * few rows have any credit they alone are gone through, forward once more and backward.
 */
export function backward(store: Store, batches: readonly Sequences[], credits: readonly TokenCredit[]): void {
  const left = withCredit(batches, credits);
  const tokens = sizesOf(left.batches).tokens;
  if (tokens === 0) store.clearGradient();
  else if (tokens > BACKWARD_SHARE * sizesOf(batches).tokens) fromCredits(store, batches, credits);
  else {
    forward(store, left.batches, store.current, true);
    fromCredits(store, left.batches, left.credits);
  }
}

function fromCredits(store: Store, batches: readonly Sequences[], credits: readonly TokenCredit[]): void {
  const { kernels } = store;
  gatherCredits(batches, credits, store.floats(kernels.creditsAt(), 3 * sizesOf(batches).scored));
  kernels.backward(store.current, store.gradient);
  store.checkThreads();
}

/** The tables of a batch, to be written, in an arena laid out for it and so many `threads` from `base`. */
export function tables(store: Store, sizes: BatchSizes, training: boolean, base: number, threads: number): BatchTables {
  const { kernels } = store;
  const { tokens, scored, rows, longest } = sizes;
  store.reserve(kernels.plan(base, tokens, scored, rows, longest, training ? 1 : 0, threads));
  return {
    ids: store.words(kernels.tablesAt(), tokens),
    positions: store.words(kernels.positionsAt(), tokens),
    rowStart: store.words(kernels.rowStartAt(), rows + 1),
    source: store.words(kernels.sourceAt(), scored),
    sourcePosition: store.words(kernels.sourcePositionAt(), scored),
    rowScored: store.words(kernels.rowScoredAt(), rows + 1),
    next: store.words(kernels.nextAt(), scored),
    scales: store.floats(kernels.scalesAt(), scored),
  };
}
