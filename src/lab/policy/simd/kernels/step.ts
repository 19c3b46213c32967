/*
 * A forward and a backward pass over one packed batch: N tokens of R rows, S of them scored. In the last layer only the scored
 * tokens ask, all tokens are asked; elsewhere every token does both. Every buffer lies in an arena that `plan` lays out for
 * the batch's sizes; nothing is allocated.
 */
import { attend, attendBack, keptColumns, keptColumnsOf, setRow, setTiles, tileBytes } from "./attention";
import { keepPrompt } from "./cache";
import { headBack, headScores } from "./head";
import { norm, normBack, normGain } from "./norm";
import {
  atDown, atGate, atKey, atOut, headPanels, layBackward, layerPanels, layForward, planPanels,
} from "./panels";
import { panelBytes, productAtB, scratchBytes, setScratch, timesPanels } from "./product";
import { queryScale, turn } from "./rope";
import {
  C, copyRow, D, F, floats, G, GD, H, HD, L, layerAt, tied, toDown, toFinalNorm, toGate, toHead, toKey, toNorm2, toOut, toQuery, V,
} from "./shape";
import {
  isFirst, largeFrom, largePieces, open, rowPieces, rowsFrom, rowsTo, take as takePiece, threadIndex,
} from "./share";
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
/** Numbers of the rows that {@link narrow} keeps, int32 [R]. */
let staying: usize = 0;
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
let shares: usize = 0; // Q · H rows of probabilities, where they are kept
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

/** A forward pass also puts keys and values into the cache, rows being its prompts. */
let filling: bool = false;

export function setFilling(on: bool): void {
  filling = on;
}

/** A backward pass goes on from the sums in the gradient. */
let more: bool = false;

let top: usize = 0;

function reserve(bytes: usize): usize {
  const found = top;
  top = (top + bytes + 63) & ~63;
  return found;
}

/**
 * Lays out the arena from `base` for a batch and answers where it ends. `longest`: tokens of the longest row. A pass that
 * only scores keeps one layer. Each of `threads` has a part of its own behind; this one takes its own.
 */
export function plan(
  base: usize, tokens: i32, scored: i32, rows: i32, longest: i32, training: bool, threads: i32,
): usize {
  N = tokens; S = scored; R = rows;
  top = base;
  ids = reserve(floats(N)); positions = reserve(floats(N)); rowStart = reserve(floats(R + 1));
  source = reserve(floats(S)); sourcePosition = reserve(floats(S)); rowScored = reserve(floats(R + 1));
  next = reserve(floats(S)); scales = reserve(floats(S)); staying = reserve(floats(R));
  scores = reserve(floats(4 * S)); credits = reserve(floats(3 * S)); kept = reserve(floats(2 * S));
  layerBuffers(longest, training);
  asking = reserve(floats(S * C)); last = reserve(floats(S * C)); xf = reserve(floats(S * C)); scaleF = reserve(floats(S));
  logits = reserve(floats(S * V));
  if (training) {
    dh = reserve(floats(N * C)); dh2 = reserve(floats(N * C)); dx = reserve(floats(N * C));
    dwide = reserve(floats(N * max(C, max(F, HD)))); dq = reserve(floats(N * HD)); dkv = reserve(floats(N * 2 * GD));
  }
  top = (planPanels(top) + 63) & ~63;
  const own = top;
  const tiles: usize = 2 * tileBytes(longest);
  const mostPanels = max(panelBytes(longest, D), panelBytes(D, longest));
  const room: usize = (tiles + scratchBytes(mostPanels, max(C, max(F, max(HD, D)))) + 191) & ~63;
  top = own + <usize>threadIndex() * room;
  setTiles(reserve(tiles), longest, training);
  setScratch(reserve(0));
  return own + <usize>threads * room;
}

function layerBuffers(longest: i32, training: bool): void {
  const before = top;
  h = reserve(floats(N * C)); x1 = reserve(floats(N * C)); scale1 = reserve(floats(N));
  q = reserve(floats(N * HD)); kv = reserve(floats(N * 2 * GD)); o = reserve(floats(N * HD));
  mid = reserve(floats(N * C)); x2 = reserve(floats(N * C)); scale2 = reserve(floats(N));
  both = reserve(floats(N * 2 * F)); act = reserve(floats(N * F));
  shares = reserve(floats(N * H * keptColumnsOf(longest, training)));
  stride = training ? top - before : 0;
  if (training) top = before + <usize>L * stride;
}

/** Leaves word at `to` of how many tokens, scored tokens and rows there are since {@link narrow}. */
export function leaveSizes(to: usize): void {
  store<i32>(to, N); store<i32>(to, S, 4); store<i32>(to, R, 8);
}

/** What {@link leaveSizes} of another thread said. */
export function takeSizes(from: usize): void {
  N = load<i32>(from); S = load<i32>(from, 4); R = load<i32>(from, 8);
}

/** Tokens of a row. */
export function rowLength(row: i32): i32 {
  return load<i32>(rowStart + floats(row + 1)) - load<i32>(rowStart + floats(row));
}

export function tablesAt(): usize { return ids; }
export function positionsAt(): usize { return positions; }
export function rowStartAt(): usize { return rowStart; }
export function sourceAt(): usize { return source; }
export function sourcePositionAt(): usize { return sourcePosition; }
export function rowScoredAt(): usize { return rowScored; }
export function nextAt(): usize { return next; }
export function scalesAt(): usize { return scales; }
export function stayingAt(): usize { return staying; }
export function scoresAt(): usize { return scores; }
export function creditsAt(): usize { return credits; }
export function logitsAt(): usize { return logits; }
/** Last hidden states of the scored tokens, behind the final norm. [S, C] */
export function statesAt(): usize { return xf; }

/** The whole decoder: from the tables to the logits of the scored tokens, and what the head says of them. */
export function runForward(weights: usize): void {
  layForward(weights);
  for (let l = 0; l < L; l++) {
    const w = weights + layerAt(l);
    const off = <usize>l * stride;
    const isLast = l === L - 1;
    project(l, weights, w, off, isLast);
    if (isLast) ask(l, off);
    look(l, off, isLast);
    think(l, weights, w, off, isLast);
  }
}

/** From a layer's input, the embeddings for the first, to keys and values, and queries where all tokens ask. */
function project(l: i32, weights: usize, w: usize, off: usize, isLast: bool): void {
  const row = floats(C);
  const panels = layerPanels(l);
  open(rowPieces(N));
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = rowsFrom(piece), to = rowsTo(piece, N);
    if (l === 0) {
      for (let n = from; n < to; n++) {
        copyRow(h + floats(n * C), weights + floats(load<i32>(ids + floats(n)) * C), row);
      }
    }
    norm(h + off, w, x1 + off, scale1 + off, from, to);
    timesPanels(x1 + off, row, panels + atKey, kv + off, floats(2 * GD), from, to, 2 * GD, C, false);
    for (let n = from; n < to; n++) turn(kv + off + floats(n * 2 * GD), G, load<i32>(positions + floats(n)), 1, 1);
    if (!isLast) queries(x1 + off, panels, off, positions, from, to);
  }
}

/** Queries of the scored tokens. */
function ask(l: i32, off: usize): void {
  open(rowPieces(S));
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = rowsFrom(piece), to = rowsTo(piece, S);
    gather(x1 + off, asking, floats(C), from, to);
    queries(asking, layerPanels(l), off, sourcePosition, from, to);
  }
}

function queries(x: usize, panels: usize, off: usize, where: usize, from: i32, to: i32): void {
  timesPanels(x, floats(C), panels, q + off, floats(HD), from, to, HD, C, false);
  for (let i = from; i < to; i++) turn(q + off + floats(i * HD), H, load<i32>(where + floats(i)), 1, queryScale());
}

/** Attention, a sequence and a key/value head at a time. */
function look(l: i32, off: usize, isLast: bool): void {
  open(R * G);
  for (let unit = takePiece(); unit >= 0; unit = takePiece()) {
    if (filling && unit % G === 0) fill(l, unit / G, off);
    seeRow(unit / G, isLast);
    attend(q + off, kv + off, o + off, shares + off, unit % G);
  }
}

/** From what the tokens looked at to the layer's output; behind the last layer, to the logits and scores. */
function think(l: i32, weights: usize, w: usize, off: usize, isLast: bool): void {
  const Q = isLast ? S : N;
  const row = floats(C);
  const panels = layerPanels(l);
  // Where nothing is kept the next layer's input takes the place of this one's.
  const out = isLast ? last : h + off + stride;
  open(rowPieces(Q));
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = rowsFrom(piece), to = rowsTo(piece, Q);
    const bytes = <usize>(to - from) * row;
    if (isLast) gather(h + off, mid + off, row, from, to);
    else memory.copy(mid + off + <usize>from * row, h + off + <usize>from * row, bytes);
    timesPanels(o + off, floats(HD), panels + atOut, mid + off, row, from, to, C, HD, true);
    norm(mid + off, w + toNorm2, x2 + off, scale2 + off, from, to);
    timesPanels(x2 + off, row, panels + atGate, both + off, floats(2 * F), from, to, 2 * F, C, false);
    swiglu(both + off, act + off, from, to);
    memory.copy(out + <usize>from * row, mid + off + <usize>from * row, bytes);
    timesPanels(act + off, floats(F), panels + atDown, out, row, from, to, C, F, true);
    if (!isLast) continue;
    norm(last, weights + toFinalNorm, xf, scaleF, from, to);
    timesPanels(xf, row, headPanels(), logits, floats(V), from, to, V, C, false);
    headScores(logits, next, scales, scores, kept, from, to);
  }
}

/** Keys and values of a row to the cache. */
function fill(l: i32, row: i32, off: usize): void {
  const end = load<i32>(rowStart + floats(row + 1));
  for (let n = load<i32>(rowStart + floats(row)); n < end; n++) {
    keepPrompt(l, row, load<i32>(positions + floats(n)), kv + off + floats(n * 2 * GD));
  }
}

/** Rows of scored tokens out of rows of all tokens. */
function gather(all: usize, scored: usize, row: usize, from: i32, to: i32): void {
  for (let s = from; s < to; s++) {
    copyRow(scored + <usize>s * row, all + <usize>load<i32>(source + floats(s)) * row, row);
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

/**
 * Drops all rows but `count`, whose ascending numbers lie at {@link stayingAt}, of a batch that has gone forward to be trained on:
 * what the others left for the backward pass is closed up in its buffers, and is the same as if they alone had gone forward.
 */
export function narrow(count: i32): void {
  let token = 0, scored = 0;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(staying + floats(i));
    const from = load<i32>(rowStart + floats(row)), tokens = rowLength(row);
    const asked = load<i32>(rowScored + floats(row)), own = load<i32>(rowScored + floats(row + 1)) - asked;
    close(ids, 1, token, from, tokens); close(positions, 1, token, from, tokens);
    for (let l = 0; l < L; l++) {
      const off = <usize>l * stride;
      close(h + off, C, token, from, tokens); close(x1 + off, C, token, from, tokens);
      close(scale1 + off, 1, token, from, tokens); close(kv + off, 2 * GD, token, from, tokens);
      // In the last layer the scored tokens alone ask.
      const isLast = l === L - 1;
      const to = isLast ? scored : token, at = isLast ? asked : from, n = isLast ? own : tokens;
      close(q + off, HD, to, at, n); close(o + off, HD, to, at, n); close(mid + off, C, to, at, n);
      close(x2 + off, C, to, at, n); close(scale2 + off, 1, to, at, n);
      close(both + off, 2 * F, to, at, n); close(act + off, F, to, at, n); close(shares + off, H * keptColumns(), to, at, n);
    }
    close(source, 1, scored, asked, own); close(sourcePosition, 1, scored, asked, own);
    close(next, 1, scored, asked, own); close(scales, 1, scored, asked, own); close(kept, 2, scored, asked, own);
    close(asking, C, scored, asked, own); close(last, C, scored, asked, own); close(xf, C, scored, asked, own);
    close(scaleF, 1, scored, asked, own); close(logits, V, scored, asked, own);
    for (let s = scored; s < scored + own; s++) store<i32>(source + floats(s), load<i32>(source + floats(s)) + token - from);
    store<i32>(rowStart + floats(i), token);
    store<i32>(rowScored + floats(i), scored);
    token += tokens;
    scored += own;
  }
  store<i32>(rowStart + floats(count), token);
  store<i32>(rowScored + floats(count), scored);
  N = token; S = scored; R = count;
}

/** Rows of `width` numbers to where there are earlier ones now. */
function close(at: usize, width: i32, to: i32, from: i32, count: i32): void {
  if (to !== from) memory.copy(at + floats(to * width), at + floats(from * width), floats(count * width));
}

/**
 * The gradient of every parameter [P], after {@link runForward} of the same batch, from the credits. Of a micro-batch, which has
 * `earlier` of `all` tokens before it, the sums go on from what the earlier ones left in `gradient`. The embedding's own part
 * comes behind the head's, which is the same matrix where they are tied: so until the last one, ids [all] and the gradients of
 * the embedded tokens [all, C] are kept at `later`, where there is room for both.
 */
export function runBackward(weights: usize, gradient: usize, earlier: i32, all: i32, later: usize): void {
  more = earlier > 0;
  layBackward(weights);
  fromHead(weights);
  headGradient(gradient);
  for (let l = L - 1; l >= 0; l--) {
    const w = weights + layerAt(l), g = gradient + layerAt(l);
    const off = <usize>l * stride;
    const isLast = l === L - 1;
    const Q = isLast ? S : N;
    unthink(l, off, Q);
    thinkGradient(l, g, off, Q);
    unlook(l, w, g, off, Q);
    lookGradient(g, off, Q, isLast);
    unproject(l, g, off, isLast);
    if (isLast) toAllTokens();
    intoLayer(w, g, off);
  }
  if (N === all) {
    embedBack(gradient, ids, dh, N);
    return;
  }
  const kept = later + floats(all);
  if (isFirst()) {
    memory.copy(later + floats(earlier), ids, floats(N));
    memory.copy(kept + floats(earlier * C), dh, floats(N * C));
  }
  if (earlier + N === all) embedBack(gradient, later, kept, all);
}

/** From the credits to `dh`, the gradient of the last layer's output. */
function fromHead(weights: usize): void {
  const row = floats(C);
  open(rowPieces(S));
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = rowsFrom(piece), to = rowsTo(piece, S);
    headBack(logits, next, scales, kept, credits, from, to);
    timesPanels(logits, floats(V), headPanels(), dx, row, from, to, C, V, false);
    memory.fill(dh + <usize>from * row, 0, <usize>(to - from) * row);
    normBack(dx, last, weights + toFinalNorm, scaleF, dh, from, to);
  }
}

function headGradient(gradient: usize): void {
  const large = largePieces(V);
  open(1 + large);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece === 0) normGain(dx, last, scaleF, gradient + toFinalNorm, S, 0, C, more);
    else weightGradient(logits, V, xf, C, gradient + toHead, S, piece - 1, large);
  }
}

/** A piece of the gradient [M, N] of weights by which x [Q, N] was multiplied, from the gradient dy [Q, M] of the product. */
function weightGradient(dy: usize, M: i32, x: usize, N: i32, gradient: usize, Q: i32, piece: i32, all: i32): void {
  const from = largeFrom(M, piece, all), to = largeFrom(M, piece + 1, all);
  productAtB(dy, floats(M), x, floats(N), gradient, floats(N), from, to, N, Q, more);
}

/** From `dh` [Q, C], the gradient of a layer's output, to that of gate and up. */
function unthink(l: i32, off: usize, Q: i32): void {
  open(rowPieces(Q));
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = rowsFrom(piece), to = rowsTo(piece, Q);
    timesPanels(dh, floats(C), layerPanels(l) + atDown, dwide, floats(F), from, to, F, C, false);
    swigluBack(both + off, dwide, from, to);
  }
}

function thinkGradient(l: i32, g: usize, off: usize, Q: i32): void {
  const rows = rowPieces(Q), down = largePieces(C), gate = largePieces(2 * F);
  open(rows + down + gate);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece >= rows + down) {
      weightGradient(both + off, 2 * F, x2 + off, C, g + toGate, Q, piece - rows - down, gate);
    } else if (piece >= rows) weightGradient(dh, C, act + off, F, g + toDown, Q, piece - rows, down);
    else {
      const from = rowsFrom(piece), to = rowsTo(piece, Q);
      timesPanels(both + off, floats(2 * F), layerPanels(l) + atGate, dx, floats(C), from, to, C, 2 * F, false);
    }
  }
}

/** From `dx` to `dh`, now the gradient of the residual stream behind the attention, and on to that of its output. */
function unlook(l: i32, w: usize, g: usize, off: usize, Q: i32): void {
  const rows = rowPieces(Q);
  open(rows + 1);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece === rows) normGain(dx, mid + off, scale2 + off, g + toNorm2, Q, 0, C, more);
    else {
      const from = rowsFrom(piece), to = rowsTo(piece, Q);
      normBack(dx, mid + off, w + toNorm2, scale2 + off, dh, from, to);
      timesPanels(dh, floats(C), layerPanels(l) + atOut, dwide, floats(HD), from, to, HD, C, false);
    }
  }
}

/** Gradients of queries, keys and values before they were turned. */
function lookGradient(g: usize, off: usize, Q: i32, isLast: bool): void {
  const units = R * G, out = largePieces(C);
  open(units + out);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece >= units) weightGradient(dh, C, o + off, HD, g + toOut, Q, piece - units, out);
    else {
      seeRow(piece / G, isLast);
      attendBack(q + off, kv + off, dwide, dq, dkv, shares + off, piece % G);
      turnBack(piece / G, piece % G, isLast);
    }
  }
}

/** The gradients of a row's queries, keys and values of one key/value head. */
function turnBack(row: i32, group: i32, isLast: bool): void {
  const each = H / G;
  const firstHead = floats(group * each * D);
  const starts = isLast ? rowScored : rowStart;
  const where = isLast ? sourcePosition : positions;
  for (let i = load<i32>(starts + floats(row)), end = load<i32>(starts + floats(row + 1)); i < end; i++) {
    turn(dq + floats(i * HD) + firstHead, each, load<i32>(where + floats(i)), -1, queryScale());
  }
  for (let n = load<i32>(rowStart + floats(row)), end = load<i32>(rowStart + floats(row + 1)); n < end; n++) {
    turn(dkv + floats(n * 2 * GD + group * D), 1, load<i32>(positions + floats(n)), -1, 1);
  }
}

/** To `dx`, the gradient of the layer's first norm; in the last layer the queries' part, of scored tokens, to `dwide`. */
function unproject(l: i32, g: usize, off: usize, isLast: bool): void {
  const Q = isLast ? S : N;
  const row = floats(C);
  const rows = rowPieces(N), asks = isLast ? rowPieces(S) : 0;
  const forQuery = largePieces(HD), forKey = largePieces(2 * GD);
  const panels = layerPanels(l);
  open(rows + asks + forQuery + forKey);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece >= rows + asks + forQuery) {
      weightGradient(dkv, 2 * GD, x1 + off, C, g + toKey, N, piece - rows - asks - forQuery, forKey);
    } else if (piece >= rows + asks) {
      weightGradient(dq, HD, isLast ? asking : x1 + off, C, g + toQuery, Q, piece - rows - asks, forQuery);
    } else if (piece >= rows) {
      const from = rowsFrom(piece - rows), to = rowsTo(piece - rows, S);
      timesPanels(dq, floats(HD), panels, dwide, row, from, to, C, HD, false);
    } else {
      const from = rowsFrom(piece), to = rowsTo(piece, N);
      timesPanels(dkv, floats(2 * GD), panels + atKey, dx, row, from, to, C, 2 * GD, false);
      if (isLast) memory.fill(dh2 + <usize>from * row, 0, <usize>(to - from) * row);
      else timesPanels(dq, floats(HD), panels, dx, row, from, to, C, HD, true);
    }
  }
}

/** The scored tokens' gradients to where those of all tokens lie: `dh` [S, C] becomes [N, C], `dwide` [S, C] is added to `dx`. */
function toAllTokens(): void {
  if (isFirst()) {
    const row = floats(C);
    for (let s = 0; s < S; s++) {
      const to = <usize>load<i32>(source + floats(s)) * row;
      const from = <usize>s * row;
      copyRow(dh2 + to, dh + from, row);
      addRow(dx + to, dwide + from, 0, C);
    }
  }
  const other = dh;
  dh = dh2;
  dh2 = other;
}

/** To `dh` [N, C], the gradient of the layer's input. */
function intoLayer(w: usize, g: usize, off: usize): void {
  const rows = rowPieces(N);
  open(rows + 1);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    if (piece === rows) normGain(dx, h + off, scale1 + off, g, N, 0, C, more);
    else normBack(dx, h + off, w, scale1 + off, dh, rowsFrom(piece), rowsTo(piece, N));
  }
}

/** Columns lo..hi of a row onto another. */
function addRow(to: usize, from: usize, lo: i32, hi: i32): void {
  let i = lo;
  for (; i + 4 <= hi; i += 4) v128.store(to + floats(i), f32x4.add(v128.load(to + floats(i)), v128.load(from + floats(i))));
  for (; i < hi; i++) store<f32>(to + floats(i), load<f32>(to + floats(i)) + load<f32>(from + floats(i)));
}

/** The embedding's gradient, from `dx` [tokens, C], token by token in their order; a piece has its own columns. */
function embedBack(gradient: usize, words: usize, dx: usize, tokens: i32): void {
  const all = largePieces(C);
  open(all);
  for (let piece = takePiece(); piece >= 0; piece = takePiece()) {
    const from = largeFrom(C, piece, all), to = largeFrom(C, piece + 1, all);
    if (!tied) for (let v = 0; v < V; v++) memory.fill(gradient + floats(v * C + from), 0, floats(to - from));
    for (let n = 0; n < tokens; n++) {
      addRow(gradient + floats(load<i32>(words + floats(n)) * C), dx + floats(n * C), from, to);
    }
  }
}
