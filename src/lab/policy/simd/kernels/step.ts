/*
 * A forward and a backward pass over one packed batch: N tokens of R rows, S of them scored. In the last layer only the scored
 * tokens ask, all tokens are asked; elsewhere every token does both. Every buffer lies in an arena that `plan` lays out for
 * the batch's sizes; nothing is allocated.
 */
import { attend, attendBack, setRow, setTiles, tileBytes } from "./attention";
import { keep } from "./cache";
import { headBack, headScores } from "./head";
import { norm, normBack, normGain } from "./norm";
import { panelBytes, productAB, productABt, productAtB, scratchBytes, setScratch } from "./product";
import { queryScale, turn } from "./rope";
import {
  C, D, F, floats, G, GD, H, HD, L, layerAt, tied, toDown, toFinalNorm, toGate, toHead, toKey, toNorm2, toOut, toQuery, V,
} from "./shape";
import { high, highOne, isFirst, low, lowOne, meet } from "./share";
import { swiglu, swigluBack } from "./swiglu";

let N: i32 = 0;
let S: i32 = 0;
let R: i32 = 0;

/** Tables of the batch, int32: ids and positions [N], where rows begin [R + 1], scored tokens [S], their positions [S], where
 * rows begin among them [R + 1], the ids that came next [S]; 1/temperature [S] in floats. */
let ids: usize = 0;
let positions: usize = 0;
let rowStart: usize = 0;
let source: usize = 0;
let sourcePosition: usize = 0;
let rowScored: usize = 0;
let next: usize = 0;
let scales: usize = 0;
/** [S, 4], [S, 2], [S, 3]. */
let scores: usize = 0;
let kept: usize = 0;
let credits: usize = 0;

/** The first layer's buffers; those of layer l lie l · `stride` further. */
let stride: usize = 0;
let h: usize = 0; // [N, C]
let x1: usize = 0; // [N, C]
let scale1: usize = 0; // [N]
let q: usize = 0; // [Q, H·D]
let kv: usize = 0; // [N, 2·G·D]
let o: usize = 0; // [Q, H·D]
let mid: usize = 0; // [Q, C]
let x2: usize = 0; // [Q, C]
let scale2: usize = 0; // [Q]
let both: usize = 0; // [Q, 2F]
let act: usize = 0; // [Q, F]

let asking: usize = 0; // [S, C] x1 of the scored tokens, last layer
let last: usize = 0; // [S, C]
let xf: usize = 0; // [S, C]
let scaleF: usize = 0; // [S]
let logits: usize = 0; // [S, V]

let dh: usize = 0; // [N, C]
let dh2: usize = 0; // [N, C]
let dx: usize = 0; // [N, C]
let dwide: usize = 0; // [N, max(C, F, H·D)]
let dq: usize = 0; // [N, H·D]
let dkv: usize = 0; // [N, 2·G·D]

/** A forward pass also puts keys and values into the cache, rows being its slots. */
let filling: bool = false;

export function setFilling(on: bool): void {
  filling = on;
}

let top: usize = 0;

function take(bytes: usize): usize {
  const found = top;
  top = (top + bytes + 63) & ~63;
  return found;
}

/**
 * Lays out the arena from `base` for a batch and answers where it ends. `longest`: tokens of the longest row. A pass that
 * only scores keeps one layer. Each of `threads` has a part of its own behind; this one takes part `index`.
 */
export function plan(
  base: usize, tokens: i32, scored: i32, rows: i32, longest: i32, training: bool, index: i32, threads: i32,
): usize {
  N = tokens; S = scored; R = rows;
  top = base;
  ids = take(floats(N)); positions = take(floats(N)); rowStart = take(floats(R + 1));
  source = take(floats(S)); sourcePosition = take(floats(S)); rowScored = take(floats(R + 1));
  next = take(floats(S)); scales = take(floats(S));
  scores = take(floats(4 * S)); credits = take(floats(3 * S)); kept = take(floats(2 * S));
  layerBuffers(training);
  asking = take(floats(S * C)); last = take(floats(S * C)); xf = take(floats(S * C)); scaleF = take(floats(S));
  logits = take(floats(S * V));
  if (training) {
    dh = take(floats(N * C)); dh2 = take(floats(N * C)); dx = take(floats(N * C));
    dwide = take(floats(N * max(C, max(F, HD)))); dq = take(floats(N * HD)); dkv = take(floats(N * 2 * GD));
  }
  const own = top;
  const tiles: usize = 2 * tileBytes(longest);
  const room: usize = (tiles + scratchBytes(mostPanels(longest), max(C, max(F, max(HD, D)))) + 191) & ~63;
  top = own + <usize>index * room;
  setTiles(take(tiles), longest);
  setScratch(take(0));
  return own + <usize>threads * room;
}

function layerBuffers(training: bool): void {
  const before = top;
  h = take(floats(N * C)); x1 = take(floats(N * C)); scale1 = take(floats(N));
  q = take(floats(N * HD)); kv = take(floats(N * 2 * GD)); o = take(floats(N * HD));
  mid = take(floats(N * C)); x2 = take(floats(N * C)); scale2 = take(floats(N));
  both = take(floats(N * 2 * F)); act = take(floats(N * F));
  stride = training ? top - before : 0;
  if (training) top = before + <usize>L * stride;
}

function mostPanels(longest: i32): usize {
  const most = max(panelBytes(max(2 * F, max(HD, 2 * GD)), C), panelBytes(C, max(2 * F, max(HD, 2 * GD))));
  return max(most, max(max(panelBytes(V, C), panelBytes(C, V)), max(panelBytes(longest, D), panelBytes(D, longest))));
}

export function tablesAt(): usize { return ids; }
export function positionsAt(): usize { return positions; }
export function rowStartAt(): usize { return rowStart; }
export function sourceAt(): usize { return source; }
export function sourcePositionAt(): usize { return sourcePosition; }
export function rowScoredAt(): usize { return rowScored; }
export function nextAt(): usize { return next; }
export function scalesAt(): usize { return scales; }
export function scoresAt(): usize { return scores; }
export function creditsAt(): usize { return credits; }
export function logitsAt(): usize { return logits; }

/** The whole decoder: from the tables to the logits of the scored tokens, and what the head says of them. */
export function forward(weights: usize): void {
  for (let n = low(N); n < high(N); n++) {
    memory.copy(h + floats(n * C), weights + floats(load<i32>(ids + floats(n)) * C), floats(C));
  }
  for (let l = 0; l < L; l++) layerForward(l, weights + layerAt(l), <usize>l * stride, l === L - 1);
  norm(last, weights + toFinalNorm, xf, scaleF, low(S), high(S));
  productABt(xf, floats(C), weights + toHead, floats(C), logits, floats(V), low(S), high(S), V, C, false);
  headScores(logits, next, scales, scores, kept, low(S), high(S));
  meet();
}

function layerForward(l: i32, w: usize, off: usize, isLast: bool): void {
  const Q = isLast ? S : N;
  const row = floats(C);
  norm(h + off, w, x1 + off, scale1 + off, low(N), high(N));
  meet();
  const asks = isLast ? asking : x1 + off;
  if (isLast) gather(x1 + off, asking, row);
  productABt(asks, row, w + toQuery, row, q + off, floats(HD), low(Q), high(Q), HD, C, false);
  productABt(x1 + off, row, w + toKey, row, kv + off, floats(2 * GD), low(N), high(N), 2 * GD, C, false);
  const where = isLast ? sourcePosition : positions;
  for (let i = low(Q); i < high(Q); i++) turn(q + off + floats(i * HD), H, load<i32>(where + floats(i)), 1, queryScale());
  for (let n = low(N); n < high(N); n++) turn(kv + off + floats(n * 2 * GD), G, load<i32>(positions + floats(n)), 1, 1);
  if (filling) fill(l, off);
  meet();
  for (let unit = lowOne(R * G); unit < highOne(R * G); unit++) {
    seeRow(unit / G, isLast);
    attend(q + off, kv + off, o + off, unit % G);
  }
  meet();
  const from = low(Q), to = high(Q);
  if (isLast) gather(h + off, mid + off, row);
  else memory.copy(mid + off + <usize>from * row, h + off + <usize>from * row, <usize>(to - from) * row);
  productABt(o + off, floats(HD), w + toOut, floats(HD), mid + off, row, from, to, C, HD, true);
  norm(mid + off, w + toNorm2, x2 + off, scale2 + off, from, to);
  productABt(x2 + off, row, w + toGate, row, both + off, floats(2 * F), from, to, 2 * F, C, false);
  swiglu(both + off, act + off, from, to);
  // Where nothing is kept the next layer's input takes the place of this one's, which every thread has read.
  const out = isLast ? last : h + off + stride;
  memory.copy(out + <usize>from * row, mid + off + <usize>from * row, <usize>(to - from) * row);
  productABt(act + off, floats(F), w + toDown, floats(F), out, row, from, to, C, F, true);
}

/** Keys and values of this layer to the cache. */
function fill(l: i32, off: usize): void {
  for (let row = 0; row < R; row++) {
    const end = load<i32>(rowStart + floats(row + 1));
    for (let n = load<i32>(rowStart + floats(row)); n < end; n++) {
      keep(l, row, load<i32>(positions + floats(n)), kv + off + floats(n * 2 * GD));
    }
  }
}

/** Rows of the scored tokens out of rows of all tokens. */
function gather(from: usize, to: usize, row: usize): void {
  for (let s = low(S); s < high(S); s++) {
    memory.copy(to + <usize>s * row, from + <usize>load<i32>(source + floats(s)) * row, row);
  }
}

/** Turns the attention to a row of the batch. */
function seeRow(row: i32, isLast: bool): void {
  const key = load<i32>(rowStart + floats(row));
  const keys = load<i32>(rowStart + floats(row + 1)) - key;
  if (!isLast) {
    setRow(key, keys, key, keys, positions + floats(key));
    return;
  }
  const query = load<i32>(rowScored + floats(row));
  setRow(query, load<i32>(rowScored + floats(row + 1)) - query, key, keys, sourcePosition + floats(query));
}

/** The gradient of every parameter [P], after {@link forward} of the same batch, from the credits. */
export function backward(weights: usize, gradient: usize): void {
  const row = floats(C);
  headBack(logits, next, scales, kept, credits, low(S), high(S));
  productAB(logits, floats(V), weights + toHead, row, dx, row, low(S), high(S), C, V, false);
  memory.fill(dh + <usize>low(S) * row, 0, <usize>(high(S) - low(S)) * row);
  normBack(dx, last, weights + toFinalNorm, scaleF, dh, low(S), high(S));
  meet();
  productAtB(logits, floats(V), xf, row, gradient + toHead, row, low(V), high(V), C, S, false);
  normGain(dx, last, scaleF, gradient + toFinalNorm, S, low(C), high(C));
  for (let l = L - 1; l >= 0; l--) {
    layerBackward(weights + layerAt(l), gradient + layerAt(l), <usize>l * stride, l === L - 1);
  }
  embedBack(gradient);
  meet();
}

/** From `dh` [Q, C], the gradient of a layer's output, to `dh` [N, C], that of its input. */
function layerBackward(w: usize, g: usize, off: usize, isLast: bool): void {
  const Q = isLast ? S : N;
  const row = floats(C);
  const from = low(Q), to = high(Q);
  productAB(dh, row, w + toDown, floats(F), dwide, floats(F), from, to, F, C, false);
  swigluBack(both + off, dwide, from, to);
  meet();
  productAtB(dh, row, act + off, floats(F), g + toDown, floats(F), low(C), high(C), F, Q, false);
  productAtB(both + off, floats(2 * F), x2 + off, row, g + toGate, row, low(2 * F), high(2 * F), C, Q, false);
  productAB(both + off, floats(2 * F), w + toGate, row, dx, row, from, to, C, 2 * F, false);
  meet();
  normGain(dx, mid + off, scale2 + off, g + toNorm2, Q, low(C), high(C));
  normBack(dx, mid + off, w + toNorm2, scale2 + off, dh, from, to);
  productAB(dh, row, w + toOut, floats(HD), dwide, floats(HD), from, to, HD, C, false);
  meet();
  productAtB(dh, row, o + off, floats(HD), g + toOut, floats(HD), low(C), high(C), HD, Q, false);
  for (let unit = lowOne(R * G); unit < highOne(R * G); unit++) {
    seeRow(unit / G, isLast);
    attendBack(q + off, kv + off, dwide, dq, dkv, unit % G);
  }
  meet();
  projectionsBack(w, g, off, isLast);
}

/** From dq and dkv to the gradient of the layer's input. */
function projectionsBack(w: usize, g: usize, off: usize, isLast: bool): void {
  const Q = isLast ? S : N;
  const row = floats(C);
  const from = low(N), to = high(N);
  const where = isLast ? sourcePosition : positions;
  for (let i = low(Q); i < high(Q); i++) turn(dq + floats(i * HD), H, load<i32>(where + floats(i)), -1, queryScale());
  for (let n = from; n < to; n++) turn(dkv + floats(n * 2 * GD), G, load<i32>(positions + floats(n)), -1, 1);
  meet();
  const asks = isLast ? asking : x1 + off;
  productAtB(dq, floats(HD), asks, row, g + toQuery, row, low(HD), high(HD), C, Q, false);
  productAtB(dkv, floats(2 * GD), x1 + off, row, g + toKey, row, low(2 * GD), high(2 * GD), C, N, false);
  productAB(dkv, floats(2 * GD), w + toKey, row, dx, row, from, to, C, 2 * GD, false);
  if (!isLast) productAB(dq, floats(HD), w + toQuery, row, dx, row, from, to, C, HD, true);
  else {
    productAB(dq, floats(HD), w + toQuery, row, dwide, row, low(S), high(S), C, HD, false);
    memory.fill(dh2 + <usize>from * row, 0, <usize>(to - from) * row);
    meet();
    if (isFirst()) scatter();
    const other = dh;
    dh = dh2;
    dh2 = other;
  }
  meet();
  normGain(dx, h + off, scale1 + off, g, N, low(C), high(C));
  normBack(dx, h + off, w, scale1 + off, dh, from, to);
  meet();
}

/** The scored tokens' gradients to where those of all tokens lie: `dh` [S, C] into `dh2`, `dwide` [S, C] onto `dx`. */
function scatter(): void {
  const row = floats(C);
  for (let s = 0; s < S; s++) {
    const to = <usize>load<i32>(source + floats(s)) * row;
    const from = <usize>s * row;
    memory.copy(dh2 + to, dh + from, row);
    addRow(dx + to, dwide + from, 0, C);
  }
}

/** Columns lo..hi of a row onto another. */
function addRow(to: usize, from: usize, lo: i32, hi: i32): void {
  let i = lo;
  for (; i + 4 <= hi; i += 4) v128.store(to + floats(i), f32x4.add(v128.load(to + floats(i)), v128.load(from + floats(i))));
  for (; i < hi; i++) store<f32>(to + floats(i), load<f32>(to + floats(i)) + load<f32>(from + floats(i)));
}

/** The embedding's gradient, token by token in their order; each thread has its own columns. */
function embedBack(gradient: usize): void {
  const from = low(C), to = high(C);
  if (!tied) for (let v = 0; v < V; v++) memory.fill(gradient + floats(v * C + from), 0, floats(to - from));
  for (let n = 0; n < N; n++) {
    addRow(gradient + floats(load<i32>(ids + floats(n)) * C), dh + floats(n * C), from, to);
  }
}
