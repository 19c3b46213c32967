/*
 * Causal attention of packed sequences with grouped key/value heads. A unit of work is one sequence and one key/value head
 * with the query heads that read it. Of short rows a forward pass that trains keeps the probabilities; of longer ones they are kept
 * for no longer than a unit takes: backward computes them again.
 *
 * Queries carry the factor 1/√D. A query sees the keys of its own row up to its own position.
 */
import { exp4, max4, sum4 } from "./math";
import { layAllColumns, layAllRows, PANEL_ROW, panelRoom, productAtB, productPanels } from "./product";
import { D, floats, G, GD, H, HD } from "./shape";

/** Keys of a block of queries are taken so many at a time in the gradients of keys and values. */
const KEYS: i32 = 32;

/** Tokens of the longest row of which probabilities are kept: they are as many for each token and head. */
const KEPT: i32 = 128;

/** Two tiles of scores [queries, keys], this thread's. */
let ownShares: usize = 0;
let slopes: usize = 0;
/** Room for a query's probabilities in one head where they are kept; else 0. */
let columns: i32 = 0;
/** Probabilities of the head at hand. */
let shares: usize = 0;

export function setTiles(at: usize, longest: i32, training: bool): void {
  ownShares = at;
  slopes = at + tileBytes(longest);
  columns = keptColumnsOf(longest, training);
}

/** Numbers that a layer keeps for each query and head of a batch with rows of so many tokens. */
export function keptColumnsOf(longest: i32, training: bool): i32 {
  return training && longest <= KEPT ? (longest + 7) & ~7 : 0;
}

export function keptColumns(): i32 {
  return columns;
}

export function tileBytes(longest: i32): usize {
  return <usize>((longest + 3) & ~3) * floats((longest + 7) & ~7);
}

/** The sequence at hand: its queries' first row and count, its keys' first row and count, its queries' positions. */
let query: i32 = 0;
let queries: i32 = 0;
let key: i32 = 0;
let keys: i32 = 0;
let positions: usize = 0;

export function setRow(firstQuery: i32, queryCount: i32, firstKey: i32, keyCount: i32, queryPositions: usize): void {
  query = firstQuery; queries = queryCount; key = firstKey; keys = keyCount; positions = queryPositions;
}

/** The keys that query i sees. */
// @ts-ignore: decorator
@inline
function seenBy(i: i32): i32 {
  return load<i32>(positions + floats(i)) + 1;
}

/** Turns to the probabilities of a head; `kept`: where those of all tokens and heads lie. */
function turnTo(h: i32, kept: usize): void {
  shares = columns > 0 ? kept + floats((query * H + h * queries) * columns) : ownShares;
}

/** Probabilities of one query head into `shares` [queries, keys], 0 where a key is not seen. */
function weigh(q: usize, k: usize): void {
  const row = floats((keys + 7) & ~7);
  const panels = panelRoom();
  layAllColumns(k, floats(2 * GD), keys, D, panels);
  for (let i = 0; i < queries; i += 8) {
    const end = min(queries, i + 8);
    const seen = seenBy(end - 1);
    productPanels(q, floats(HD), panels, <usize>D * PANEL_ROW, shares, row, i, end, seen, D, false);
    for (let j = i; j < end; j++) softmax(shares + <usize>j * row, seenBy(j), keys);
  }
}

/** Of the first `seen` of `all` numbers, 0 behind them; there is room for whole vectors. */
function softmax(x: usize, seen: i32, all: i32): void {
  const whole = seen & ~3;
  let top = f32x4.splat(-Infinity);
  for (let i = 0; i < whole; i += 4) top = f32x4.pmax(top, v128.load(x + floats(i)));
  let best = max4(top);
  for (let i = whole; i < seen; i++) best = max(best, load<f32>(x + floats(i)));
  let sums = f32x4.splat(0);
  for (let i = 0; i < seen; i += 4) {
    const e = exp4(f32x4.sub(v128.load(x + floats(i)), f32x4.splat(best)));
    v128.store(x + floats(i), e);
    if (i < whole) sums = f32x4.add(sums, e);
  }
  let sum = sum4(sums);
  for (let i = whole; i < seen; i++) sum += load<f32>(x + floats(i));
  const part: f32 = 1 / sum;
  for (let i = 0; i < seen; i += 4) v128.store(x + floats(i), f32x4.mul(v128.load(x + floats(i)), f32x4.splat(part)));
  for (let i = seen; i < all; i++) store<f32>(x + floats(i), 0);
}

/** o of one sequence and key/value head. q, o [., H·D]; kv [., 2·G·D], keys before values; `kept` as in {@link turnTo}. */
export function attend(q: usize, kv: usize, o: usize, kept: usize, group: i32): void {
  if (queries === 0) return;
  const row = floats((keys + 7) & ~7);
  const k = kv + floats(key * 2 * GD + group * D);
  const v = k + floats(GD);
  const each = H / G;
  for (let h = group * each; h < (group + 1) * each; h++) {
    turnTo(h, kept);
    weigh(q + floats(query * HD + h * D), k);
    const panels = panelRoom();
    layAllRows(v, floats(2 * GD), D, keys, panels);
    const out = o + floats(query * HD + h * D);
    for (let i = 0; i < queries; i += 4) {
      const end = min(queries, i + 4);
      const seen = seenBy(end - 1);
      productPanels(shares, row, panels, <usize>keys * PANEL_ROW, out, floats(HD), i, end, D, seen, false);
    }
  }
}

/** dq and dkv of one sequence and key/value head, from do and what {@link attend} has kept. */
export function attendBack(
  q: usize, kv: usize, dout: usize, dq: usize, dkv: usize, kept: usize, group: i32,
): void {
  const toKeys = floats(key * 2 * GD + group * D);
  const k = kv + toKeys;
  const v = k + floats(GD);
  const dk = dkv + toKeys;
  const dv = dk + floats(GD);
  if (queries === 0) {
    for (let i = 0; i < keys; i++) {
      memory.fill(dk + floats(i * 2 * GD), 0, floats(D));
      memory.fill(dv + floats(i * 2 * GD), 0, floats(D));
    }
    return;
  }
  const each = H / G;
  for (let h = group * each; h < (group + 1) * each; h++) {
    const mine = floats(query * HD + h * D);
    turnTo(h, kept);
    if (columns === 0) weigh(q + mine, k);
    slopesOf(dout + mine, v);
    queryGradient(k, dq + mine);
    keyGradient(slopes, q + mine, dk, h > group * each);
    keyGradient(shares, dout + mine, dv, h > group * each);
  }
}

/** Gradients of the scores into `slopes`: p (dp − Σ p dp). */
function slopesOf(dout: usize, v: usize): void {
  const row = floats((keys + 7) & ~7);
  const panels = panelRoom();
  layAllColumns(v, floats(2 * GD), keys, D, panels);
  for (let i = 0; i < queries; i += 8) {
    const end = min(queries, i + 8);
    const most = seenBy(end - 1);
    productPanels(dout, floats(HD), panels, <usize>D * PANEL_ROW, slopes, row, i, end, most, D, false);
    for (let j = i; j < end; j++) bend(shares + <usize>j * row, slopes + <usize>j * row, seenBy(j), keys);
  }
}

function bend(p: usize, dp: usize, seen: i32, all: i32): void {
  const whole = seen & ~3;
  let sums = f32x4.splat(0);
  for (let i = 0; i < whole; i += 4) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(p + floats(i)), v128.load(dp + floats(i))));
  }
  let mean = sum4(sums);
  for (let i = whole; i < seen; i++) mean += load<f32>(p + floats(i)) * load<f32>(dp + floats(i));
  for (let i = 0; i < whole; i += 4) {
    const off = f32x4.sub(v128.load(dp + floats(i)), f32x4.splat(mean));
    v128.store(dp + floats(i), f32x4.mul(v128.load(p + floats(i)), off));
  }
  for (let i = whole; i < seen; i++) store<f32>(dp + floats(i), load<f32>(p + floats(i)) * (load<f32>(dp + floats(i)) - mean));
  for (let i = seen; i < all; i++) store<f32>(dp + floats(i), 0);
}

/** dq = slopes · k. */
function queryGradient(k: usize, dq: usize): void {
  const row = floats((keys + 7) & ~7);
  const panels = panelRoom();
  layAllRows(k, floats(2 * GD), D, keys, panels);
  for (let i = 0; i < queries; i += 4) {
    const end = min(queries, i + 4);
    const seen = seenBy(end - 1);
    productPanels(slopes, row, panels, <usize>keys * PANEL_ROW, dq, floats(HD), i, end, D, seen, false);
  }
}

/** dk = slopesᵀ · q, or dv = sharesᵀ · do; only queries that see a key count. */
function keyGradient(tile: usize, x: usize, out: usize, add: bool): void {
  const row = floats((keys + 7) & ~7);
  let first = 0;
  for (let from = 0; from < keys; from += KEYS) {
    while (first < queries && seenBy(first) <= from) first++;
    const shown = tile + <usize>first * row;
    const count = queries - first;
    productAtB(shown, row, x + floats(first * HD), floats(HD), out, floats(2 * GD), from, min(keys, from + KEYS), D, count, add);
  }
}
