/*
 * Completions with a key/value cache: after the prompts have gone through `forward`, one position at a time for all rows that
 * still write. With a hint a row has two slots, the student's and the hinted stream's; both are fed what is drawn.
 */
import { attendCached, keep, planCache } from "./cache";
import { draw, drawHinted, drawnEntropy, drawnLogp, drawnShare, planDraw } from "./draw";
import { norm } from "./norm";
import { layAllColumns, PANEL_ROW, panelBytes, productPanels } from "./product";
import { queryScale, turn } from "./rope";
import { C, D, F, floats, G, GD, H, HD, L, layerAt, toDown, toFinalNorm, toGate, toHead, toNorm2, toOut, toQuery, V } from "./shape";
import { forward, logitsAt, setFilling } from "./step";
import { swiglu } from "./swiglu";
import { uniformAt } from "./threefry";

let rows: i32 = 0;
let streams: i32 = 0;
let most: i32 = 0;
/** Panels of the weights: queries, keys and values; out; gate and up; down; of every layer, then the head. */
let panels: usize = 0;
/** By place i among the slots that are still fed. */
let h: usize = 0; // [slots, C]
let x: usize = 0; // [slots, C]
let scales: usize = 0; // [slots]
let qkv: usize = 0; // [slots, H·D + 2·G·D]
let o: usize = 0; // [slots, H·D]
let both: usize = 0; // [slots, 2F]
let act: usize = 0; // [slots, F]
let logits: usize = 0; // [slots, V]
/** Rows that still write, in order [rows]; tokens that each slot has read [slots]; whether a row switched [rows]. */
let live: usize = 0;
let lengths: usize = 0;
let switched: usize = 0;
/** What was written: int32 ids, float32 log π, entropy, λ [rows, most] each; int32 counts and whether ended [rows]. */
let written: usize = 0;

let top: usize = 0;

function take(bytes: usize): usize {
  const found = top;
  top = (top + bytes + 63) & ~63;
  return found;
}

/** Lays out a rollout from `base` and answers where it ends. `longest`: tokens of the longest prompt. */
export function planRollout(base: usize, rowCount: i32, streamCount: i32, maxNew: i32, longest: i32): usize {
  rows = rowCount; streams = streamCount; most = maxNew;
  const slots = rows * streams;
  top = base;
  panels = take(<usize>L * layerPanels() + panelBytes(V, C));
  h = take(floats(slots * C)); x = take(floats(slots * C)); scales = take(floats(slots));
  qkv = take(floats(slots * (HD + 2 * GD))); o = take(floats(slots * HD));
  both = take(floats(slots * 2 * F)); act = take(floats(slots * F)); logits = take(floats(slots * V));
  live = take(floats(rows)); lengths = take(floats(slots)); switched = take(floats(rows));
  written = take(floats(rows * (4 * most + 2)));
  top = planDraw(top);
  return planCache(top, slots, longest + maxNew);
}

export function lengthsAt(): usize { return lengths; }
export function writtenAt(): usize { return written; }

function layerPanels(): usize {
  return panelBytes(HD + 2 * GD, C) + panelBytes(C, HD) + panelBytes(2 * F, C) + panelBytes(C, F);
}

function layPanels(weights: usize): void {
  let to = panels;
  for (let l = 0; l < L; l++) {
    const w = weights + layerAt(l);
    layAllColumns(w + toQuery, floats(C), HD + 2 * GD, C, to);
    to += panelBytes(HD + 2 * GD, C);
    layAllColumns(w + toOut, floats(HD), C, HD, to);
    to += panelBytes(C, HD);
    layAllColumns(w + toGate, floats(C), 2 * F, C, to);
    to += panelBytes(2 * F, C);
    layAllColumns(w + toDown, floats(F), C, F, to);
    to += panelBytes(C, F);
  }
  layAllColumns(weights + toHead, floats(C), V, C, to);
}

/**
 * Writes completions. The planned batch must be the prompts, one row a slot, the last token of each scored; `lengths` must
 * hold how many tokens each has. `end`, `pad`: token ids. `gate` as in drawHinted, `switchToken` -1 for none.
 */
export function rollout(
  weights: usize, seed: i32, stream: i32, step: i32, temperature: f32, topP: f64, end: i32, pad: i32,
  gate: i32, beta: f64, switchToken: i32,
): void {
  setFilling(true);
  forward(weights);
  setFilling(false);
  memory.copy(logits, logitsAt(), floats(rows * streams * V));
  layPanels(weights);
  memory.fill(switched, 0, floats(rows));
  memory.fill(written, 0, floats(rows * (4 * most + 2)));
  for (let i = 0; i < rows * most; i++) store<i32>(written + floats(i), pad);
  for (let r = 0; r < rows; r++) store<i32>(live + floats(r), r);
  let count = rows;
  for (let n = 0; n < most && count > 0; n++) {
    let going = 0;
    for (let j = 0; j < count; j++) {
      const row = load<i32>(live + floats(j));
      const z = logits + floats(j * streams * V);
      const u = temperature === 0 ? 0 : uniformAt(seed, stream, step, row, n);
      const id = streams === 1
        ? draw(z, temperature, topP, u)
        : drawHinted(z, z + floats(V), temperature, topP, u, gate, beta, n === 0, load<i32>(switched + floats(row)) !== 0);
      note(row, n, id);
      if (id === switchToken) store<i32>(switched + floats(row), 1);
      if (id === end) {
        store<i32>(written + floats(4 * rows * most + rows + row), 1);
        continue;
      }
      for (let s = 0; s < streams; s++) embed(weights, id, going * streams + s);
      store<i32>(live + floats(going), row);
      going++;
    }
    count = going;
    if (n + 1 < most) advance(weights, count * streams);
  }
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
  memory.copy(h + floats(place * C), weights + floats(id * C), floats(C));
}

// @ts-ignore: decorator
@inline
function slotOf(place: i32): i32 {
  return load<i32>(live + floats(place / streams)) * streams + place % streams;
}

/** Feeds one token to each of `count` slots: from h to the logits of the next. */
function advance(weights: usize, count: i32): void {
  const row = floats(C);
  const wide = HD + 2 * GD;
  let from = panels;
  for (let l = 0; l < L; l++) {
    const w = weights + layerAt(l);
    norm(h, w, x, scales, 0, count);
    productPanels(x, row, from, <usize>C * PANEL_ROW, qkv, floats(wide), 0, count, wide, C, false);
    from += panelBytes(wide, C);
    for (let i = 0; i < count; i++) lookBack(l, slotOf(i), qkv + floats(i * wide), o + floats(i * HD));
    productPanels(o, floats(HD), from, <usize>HD * PANEL_ROW, h, row, 0, count, C, HD, true);
    from += panelBytes(C, HD);
    norm(h, w + toNorm2, x, scales, 0, count);
    productPanels(x, row, from, <usize>C * PANEL_ROW, both, floats(2 * F), 0, count, 2 * F, C, false);
    from += panelBytes(2 * F, C);
    swiglu(both, act, 0, count);
    productPanels(act, floats(F), from, <usize>F * PANEL_ROW, h, row, 0, count, C, F, true);
    from += panelBytes(C, F);
  }
  norm(h, weights + toFinalNorm, x, scales, 0, count);
  productPanels(x, row, from, <usize>C * PANEL_ROW, logits, floats(V), 0, count, V, C, false);
  for (let i = 0; i < count; i++) {
    const at = lengths + floats(slotOf(i));
    store<i32>(at, load<i32>(at) + 1);
  }
}

/** One token's queries, keys and values [H·D + 2·G·D]: to the cache, and what it attends to. */
function lookBack(layer: i32, slot: i32, q: usize, out: usize): void {
  const position = load<i32>(lengths + floats(slot));
  const k = q + floats(HD);
  turn(q, H, position, 1, queryScale());
  turn(k, G, position, 1, 1);
  keep(layer, slot, position, k);
  attendCached(layer, slot, position + 1, q, out);
}
