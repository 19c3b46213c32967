/*
 * All weights as panels for the products of one pass: a layer's queries, keys and values, out, gate and up, down; behind the
 * last layer the head. Laid out once, whoever multiplies by them.
 */
import { layAllColumns, layAllRows, panelBytes } from "./product";
import { C, F, floats, GD, HD, L, layerAt, toDown, toGate, toHead, toKey, toOut, toQuery, V } from "./shape";
import { open, take } from "./share";

const MATRICES: i32 = 5;

let panels: usize = 0;
let layerRoom: usize = 0;
/** Where a layer's matrices begin among its panels. */
export let atKey: usize = 0;
export let atOut: usize = 0;
export let atGate: usize = 0;
export let atDown: usize = 0;

/** Room for the panels of a matrix, and for those of its transpose. */
function room(rows: i32, columns: i32): usize {
  return max(panelBytes(rows, columns), panelBytes(columns, rows));
}

/** Answers where the panels end. */
export function planPanels(base: usize): usize {
  panels = base;
  atKey = room(HD, C);
  atOut = atKey + room(2 * GD, C);
  atGate = atOut + room(C, HD);
  atDown = atGate + room(2 * F, C);
  layerRoom = atDown + room(C, F);
  return panels + <usize>L * layerRoom + room(V, C);
}

export function layerPanels(index: i32): usize {
  return panels + <usize>index * layerRoom;
}

export function headPanels(): usize {
  return layerPanels(L);
}

/** For products x · Wᵀ, of a forward pass. */
export function layForward(weights: usize): void {
  open(MATRICES * L + 1);
  for (let piece = take(); piece >= 0; piece = take()) lay(weights, piece, true);
}

/** For products y · W, of a backward pass. */
export function layBackward(weights: usize): void {
  open(MATRICES * L + 1);
  for (let piece = take(); piece >= 0; piece = take()) lay(weights, piece, false);
}

function lay(weights: usize, index: i32, transposed: bool): void {
  const layer = index / MATRICES;
  const w = weights + layerAt(layer);
  const to = layerPanels(layer);
  const which = index % MATRICES;
  if (layer === L) layMatrix(weights + toHead, V, C, to, transposed);
  else if (which === 0) layMatrix(w + toQuery, HD, C, to, transposed);
  else if (which === 1) layMatrix(w + toKey, 2 * GD, C, to + atKey, transposed);
  else if (which === 2) layMatrix(w + toOut, C, HD, to + atOut, transposed);
  else if (which === 3) layMatrix(w + toGate, 2 * F, C, to + atGate, transposed);
  else layMatrix(w + toDown, C, F, to + atDown, transposed);
}

function layMatrix(w: usize, rows: i32, columns: i32, to: usize, transposed: bool): void {
  if (transposed) layAllColumns(w, floats(columns), rows, columns, to);
  else layAllRows(w, floats(columns), columns, rows, to);
}
