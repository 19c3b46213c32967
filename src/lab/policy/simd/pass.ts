import {
  creditsOfRows,
  joinScores,
  type MicroBatch,
  microBatchesOf,
  scoresOfBatches,
  splitRows,
  tokensOfRow,
} from "../microBatches.ts";
import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";
import { layOut, microPlace, tokensWithin } from "./arena.ts";
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
import { type Credited, withCredit } from "./credited.ts";
import type { Store } from "./store.ts";

/** Of the threads in a pass through a small decoder: each of them has this part of the tokens' work before it. */
const MEETINGS = 4;

/**
 * Lays out an arena at `base` for batches, writes their tables and runs the decoder with the weights at `weights`.
 * @param longest tokens of the longest row that the arena was planned for, where it is not among these
 */
function forward(
  store: Store,
  batches: readonly Sequences[],
  weights: number,
  training: boolean,
  base = store.arena,
  longest = 0,
): TokenScores[] {
  const own = sizesOf(batches);
  const sizes = { ...own, longest: Math.max(longest, own.longest) };
  pass(store, sizes, weights, training, base, (to) => fillTables(batches, to));
  return spreadScores(batches, store.floats(store.kernels.scoresAt(), 4 * sizes.scored));
}

/** All logits [B, T + 1, V] of a batch. */
export function allLogits(store: Store, batch: Sequences, weights: number, vocabSize: number): Float32Array {
  const sizes = sizesOfAll(batch);
  pass(store, sizes, weights, false, store.arena, (to) => fillTablesOfAll(batch, to));
  return store.floats(store.kernels.logitsAt(), sizes.scored * vocabSize).slice();
}

/** Last hidden states, behind the final norm, of the scored tokens of a batch, row by row. [S, C] */
export function lastStates(store: Store, batch: Sequences, weights: number): Float32Array {
  const sizes = sizesOf([batch]);
  pass(store, sizes, weights, false, store.arena, (to) => fillTables([batch], to));
  return store.floats(store.kernels.statesAt(), sizes.scored * store.width).slice();
}

function pass(
  store: Store,
  sizes: BatchSizes,
  weights: number,
  training: boolean,
  base: number,
  fill: (to: BatchTables) => void,
): void {
  const kind = training ? "training" : "scoring";
  const tokens = sizes.tokens / MEETINGS;
  const threads = store.threadsFor(kind, tokens);
  fill(tables(store, sizes, training, base, threads));
  store.run(kind, tokens, threads, () => store.kernels.forward(weights));
}

/** Tokens that are scored at a time: what they need stays in the processor's caches. */
export const SCORE_TOKENS = 4096;

/** Scores of a batch by the weights at `weights`, without a gradient, a few rows at a time and within so many `bytes`. */
export function score(store: Store, batch: Sequences, weights: number, bytes: number): TokenScores {
  const tokens = Math.min(SCORE_TOKENS, tokensWithin(store, batch.length, Math.min(bytes, store.room), false));
  return joinScores(splitRows(batch, tokens).map((run) => forward(store, [run], weights, false)[0]!));
}

/** Where the gradient of a micro-batch goes on from those before it. */
interface Place {
  /** Tokens of the micro-batches before it, and of all. */
  readonly earlier: number;
  readonly all: number;
  /** Room for the ids and the embedded gradients of all tokens. */
  readonly later: number;
}

/**
 * The gradient of the current weights, from what `assign` makes of the scores of all batches. They go through in one piece
 * where their activations fit into so many `bytes`, else in micro-batches: forward all of them for the scores, then each
 * forward again and backward, which is the same gradient to the bit.
 * @throws {OutOfMemory} before `assign` is called
 */
export function differentiate(
  store: Store,
  batches: readonly Sequences[],
  assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  bytes: number,
): void {
  const sizes = sizesOf(batches);
  const { tokens: all, longest } = sizes;
  if (all <= Math.max(longest, tokensWithin(store, longest, Math.min(bytes, store.room), true))) {
    reserve(store, sizes, store.arena);
    backward(store, batches, assign(forward(store, batches, store.current, true)));
    return;
  }
  const { base, tokens } = microPlace(store, sizes, bytes);
  const most = Math.min(all, Math.max(longest, tokens));
  reserve(store, { ...sizes, tokens: most, scored: most }, base);
  const micro = microBatchesOf(batches, tokens, tokensOfRow);
  const said = micro.map((rows) => rows.map(({ sequences }) => score(store, sequences, store.current, bytes)));
  const left = withCredit(batches, assign(scoresOfBatches(batches, micro, said)));
  if (left.batches.length === 0) store.clearGradient();
  else sumOver(store, left, base, tokens, longest);
}

/** Makes the memory that training will take from `base` on, whoever of the threads helps. @throws {OutOfMemory} */
function reserve(store: Store, sizes: BatchSizes, base: number): void {
  store.reserve(layOut(store, sizes, true, base, store.mostThreads));
}

/**
 * The gradient from credits, micro-batch by micro-batch of so many tokens, each of them laid out from `base` on and for rows as
 * long as the `longest` of all: what attention keeps of short rows alone was not planned for.
 */
function sumOver(store: Store, { batches, credits }: Credited, base: number, tokens: number, longest: number): void {
  const { tokens: all } = sizesOf(batches);
  let earlier = 0;
  for (const rows of microBatchesOf(batches, tokens, tokensOfRow)) {
    const own = sequencesOf(rows);
    forward(store, own, store.current, true, base, longest);
    fromCredits(store, own, creditsOfRows(rows, credits), { earlier, all, later: store.arena });
    earlier += sizesOf(own).tokens;
  }
}

const sequencesOf = (rows: MicroBatch) => rows.map(({ sequences }) => sequences);

/** Of the tokens, above which it is not worth closing them up: to move one costs a tenth of its way back. */
const WORTH_MOVING = 0.9;

/**
 * The gradient of the current weights, from credits for the batches of the last {@link forward}, which must have trained. Where
 * rows without any credit are many they are left out.
 */
function backward(store: Store, batches: readonly Sequences[], credits: readonly TokenCredit[]): void {
  const { kernels } = store;
  const left = withCredit(batches, credits);
  const { tokens } = sizesOf(left.batches);
  const whole = (all: number) => ({ earlier: 0, all, later: 0 });
  const { tokens: all } = sizesOf(batches);
  if (tokens === 0) store.clearGradient();
  else if (tokens > WORTH_MOVING * all) fromCredits(store, batches, credits, whole(all));
  else {
    store.words(kernels.stayingAt(), left.rows.length).set(left.rows);
    kernels.narrow(left.rows.length);
    fromCredits(store, left.batches, left.credits, whole(tokens));
  }
}

function fromCredits(store: Store, batches: readonly Sequences[], credits: readonly TokenCredit[], place: Place): void {
  const { kernels } = store;
  gatherCredits(batches, credits, store.floats(kernels.creditsAt(), 3 * sizesOf(batches).scored));
  kernels.backward(store.current, store.gradient, place.earlier, place.all, place.later);
  store.checkThreads();
}

/** The tables of a batch, to be written, in an arena laid out for it and so many `threads` from `base`. */
export function tables(store: Store, sizes: BatchSizes, training: boolean, base: number, threads: number): BatchTables {
  const { kernels } = store;
  const { tokens, scored, rows } = sizes;
  store.reserve(layOut(store, sizes, training, base, threads));
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
