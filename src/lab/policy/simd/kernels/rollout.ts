/*
 * Completions with a key/value cache: after the prompts have gone through `forward`, each once for all who answer it, one position
 * at a time for all rows that still write. With a hint a row has two slots, the student's and the hinted stream's; both are fed
 * what is drawn.
 */
import { attendCached, keepOwn, planCache } from "./cache";
import { draw, drawHinted, drawnEntropy, drawnLogp, drawnShare, planDraw } from "./draw";
import { norm } from "./norm";
import { atDown, atGate, atKey, atOut, headPanels, layerPanels } from "./panels";
import { timesPanels } from "./product";
import { queryScale, turn } from "./rope";
import { C, copyRow, F, floats, G, GD, H, HD, L, layerAt, toFinalNorm, toNorm2, V } from "./shape";
import { isFirst, isShared, open, take, threadIndex } from "./share";
import { logitsAt, rowLength, runForward, setFilling } from "./step";
import { swiglu } from "./swiglu";
import { uniformAt } from "./threefry";

/** Rows that a thread takes on together: as many as are multiplied at a time where it is alone, fewer where others want some too. */
function together(): i32 {
  return isShared() ? 8 : 24;
}

let rows: i32 = 0;
let streams: i32 = 0;
let most: i32 = 0;
/** By place i among the slots that are still fed. */
let h: usize = 0; // [slots, C]
let x: usize = 0; // [slots, C]
let scales: usize = 0; // [slots]
let qkv: usize = 0; // [slots, H·D + 2·G·D]
let o: usize = 0; // [slots, H·D]
let both: usize = 0; // [slots, 2F]
let act: usize = 0; // [slots, F]
let logits: usize = 0; // [slots, V]
/** How many rows still write, and which, in order [rows]; what each has just written [rows]. */
let going: usize = 0;
let live: usize = 0;
let chosen: usize = 0;
/** The prompt of each slot [slots]; whether a row switched [rows]. */
let promptOf: usize = 0;
let switched: usize = 0;
/** What was written: int32 ids, float32 log π, entropy, λ [rows, most] each; int32 counts and whether ended [rows]. */
let written: usize = 0;

let top: usize = 0;

function reserve(bytes: usize): usize {
  const found = top;
  top = (top + bytes + 63) & ~63;
  return found;
}

/** Lays out a rollout from `base` and answers where it ends. `longest`: tokens of the longest of so many `prompts`. */
export function planRollout(
  base: usize, rowCount: i32, streamCount: i32, maxNew: i32, prompts: i32, longest: i32, threads: i32,
): usize {
  rows = rowCount; streams = streamCount; most = maxNew;
  const slots = rows * streams;
  top = base;
  h = reserve(floats(slots * C)); x = reserve(floats(slots * C)); scales = reserve(floats(slots));
  qkv = reserve(floats(slots * (HD + 2 * GD))); o = reserve(floats(slots * HD));
  both = reserve(floats(slots * 2 * F)); act = reserve(floats(slots * F)); logits = reserve(floats(slots * V));
  going = reserve(4); live = reserve(floats(rows)); chosen = reserve(floats(rows));
  promptOf = reserve(floats(slots)); switched = reserve(floats(rows));
  written = reserve(floats(rows * (4 * most + 2)));
  top = planDraw(top, threadIndex(), threads);
  return planCache(top, prompts, longest, slots, maxNew, threadIndex(), threads);
}

export function promptOfAt(): usize { return promptOf; }
export function writtenAt(): usize { return written; }

/** How tokens are chosen. */
let seed: i32 = 0;
let stream: i32 = 0;
let step: i32 = 0;
let temperature: f32 = 0;
let topP: f64 = 0;
let end: i32 = 0;
let pad: i32 = 0;
let gate: i32 = 0;
let beta: f64 = 0;
let switchToken: i32 = 0;
let firstRow: i32 = 0;

/** `end`, `pad`: token ids. `first`: the row's number among all that are written, of which these are some. `gate` as in drawHinted, `switchToken` -1 for none. */
export function setChoice(
  seedWord: i32, streamWord: i32, stepWord: i32, heat: f32, nucleus: f64, endToken: i32, padToken: i32,
  gateNumber: i32, slope: f64, switching: i32, first: i32,
): void {
  seed = seedWord; stream = streamWord; step = stepWord; temperature = heat; topP = nucleus;
  end = endToken; pad = padToken; gate = gateNumber; beta = slope; switchToken = switching; firstRow = first;
}

/**
 * Writes completions. The planned batch must be the prompts, the last token of each scored; `promptOf` must say which of them
 * each slot answers.
 */
export function runRollout(weights: usize): void {
  setFilling(true);
  runForward(weights);
  setFilling(false);
  if (isFirst()) begin();
  for (let n = 0; n < most; n++) {
    let count = 0;
    if (isFirst()) {
      count = load<i32>(going);
      if (count === 0) return;
    }
    const size = together();
    open((count + size - 1) / size);
    for (let piece = take(); piece >= 0; piece = take()) {
      const from = piece * size, to = min(load<i32>(going), from + size);
      if (n > 0) advance(weights, from * streams, to * streams, n - 1);
      for (let j = from; j < to; j++) choose(j, n);
    }
    if (isFirst()) goOn(weights);
  }
}

function begin(): void {
  const said = logitsAt();
  for (let slot = 0; slot < rows * streams; slot++) {
    copyRow(logits + floats(slot * V), said + floats(load<i32>(promptOf + floats(slot)) * V), floats(V));
  }
  memory.fill(switched, 0, floats(rows));
  memory.fill(written, 0, floats(rows * (4 * most + 2)));
  for (let i = 0; i < rows * most; i++) store<i32>(written + floats(i), pad);
  for (let r = 0; r < rows; r++) store<i32>(live + floats(r), r);
  store<i32>(going, rows);
}

/** The next token of the row at place j, its n-th. */
function choose(j: i32, n: i32): void {
  const row = load<i32>(live + floats(j));
  const z = logits + floats(j * streams * V);
  const u = temperature === 0 ? 0 : uniformAt(seed, stream, step, firstRow + row, n);
  const id = streams === 1
    ? draw(z, temperature, topP, u)
    : drawHinted(z, z + floats(V), temperature, topP, u, gate, beta, n === 0, load<i32>(switched + floats(row)) !== 0);
  note(row, n, id);
  store<i32>(chosen + floats(j), id);
  if (id === switchToken) store<i32>(switched + floats(row), 1);
}

/** Puts what was written before the rows that go on, closed up. */
function goOn(weights: usize): void {
  const count = load<i32>(going);
  let left = 0;
  for (let j = 0; j < count; j++) {
    const row = load<i32>(live + floats(j));
    const id = load<i32>(chosen + floats(j));
    if (id === end) {
      store<i32>(written + floats(4 * rows * most + rows + row), 1);
      continue;
    }
    for (let s = 0; s < streams; s++) embed(weights, id, left * streams + s);
    store<i32>(live + floats(left), row);
    left++;
  }
  store<i32>(going, left);
}

function note(row: i32, n: i32, id: i32): void {
  const at = written + floats(row * most + n);
  const table = floats(rows * most);
  store<i32>(at, id);
  store<f32>(at + table, drawnLogp);
  store<f32>(at + 2 * table, drawnEntropy);
  if (streams > 1) store<f32>(at + 3 * table, drawnShare);
  store<i32>(written + floats(4 * rows * most + row), n + 1);
}

function embed(weights: usize, id: i32, place: i32): void {
  copyRow(h + floats(place * C), weights + floats(id * C), floats(C));
}

// @ts-ignore: decorator
@inline
function slotOf(place: i32): i32 {
  return load<i32>(live + floats(place / streams)) * streams + place % streams;
}

/** Feeds the n-th token that was written to each of the slots at places lo..hi: from h to the logits of the next. */
function advance(weights: usize, lo: i32, hi: i32, n: i32): void {
  const row = floats(C);
  const wide = floats(HD + 2 * GD);
  for (let l = 0; l < L; l++) {
    const w = weights + layerAt(l);
    const panels = layerPanels(l);
    norm(h, w, x, scales, lo, hi);
    timesPanels(x, row, panels, qkv, wide, lo, hi, HD, C, false);
    timesPanels(x, row, panels + atKey, qkv + floats(HD), wide, lo, hi, 2 * GD, C, false);
    for (let i = lo; i < hi; i++) lookBack(l, slotOf(i), n, qkv + <usize>i * wide, o + floats(i * HD));
    timesPanels(o, floats(HD), panels + atOut, h, row, lo, hi, C, HD, true);
    norm(h, w + toNorm2, x, scales, lo, hi);
    timesPanels(x, row, panels + atGate, both, floats(2 * F), lo, hi, 2 * F, C, false);
    swiglu(both, act, lo, hi);
    timesPanels(act, floats(F), panels + atDown, h, row, lo, hi, C, F, true);
  }
  norm(h, weights + toFinalNorm, x, scales, lo, hi);
  timesPanels(x, row, headPanels(), logits, floats(V), lo, hi, V, C, false);
}

/** The n-th token's queries, keys and values [H·D + 2·G·D]: to the cache, and what it attends to. */
function lookBack(layer: i32, slot: i32, n: i32, q: usize, out: usize): void {
  const prompt = load<i32>(promptOf + floats(slot));
  const asked = rowLength(prompt);
  const k = q + floats(HD);
  turn(q, H, asked + n, 1, queryScale());
  turn(k, G, asked + n, 1, 1);
  keepOwn(layer, slot, n, k);
  attendCached(layer, slot, n + 1, prompt, asked, q, out);
}
