/*
 * Matrix products, register-blocked 4 rows × 8 columns, or 12 × 4. The right factor is laid out in panels of 8 columns, [K][8] each,
 * padded with zeros: copied as it is needed, or once for many products. An element of the result is summed over k in
 * ascending order by one accumulator, whatever the blocking, so rows may be split among threads at will.
 */
import { madd } from "./math";

/** Bytes of a row of a panel. */
export const PANEL_ROW: usize = 32;
/** Bytes of a row of a block of the left factor: four numbers. */
const A_STEP: usize = 16;
/** Summands are taken so many at a time, so that a panel and a group of rows stay in the first cache together. */
const BLOCK_K: i32 = 256;
/** The same where the left factor is read by columns. */
const BLOCK_COLUMNS: i32 = 128;
/** Rows that are laid out for the tiles at a time. */
const GROUP: i32 = 24;
/** Summands from which on twelve sums at a time pay where they are fused: eight wait for one another. */
const DEEP: i32 = 64;

/** Where a group of the left factor's rows, a tile of the result and the panels lie. */
let rows: usize = 0;
let tile: usize = 0;
let scratch: usize = 0;

/** Where a thread may lay panels of its own. */
export function panelRoom(): usize {
  return scratch;
}

/** Gives the products room: {@link scratchBytes}. */
export function setScratch(at: usize): void {
  tile = at;
  rows = at + 4 * PANEL_ROW;
  scratch = rows + <usize>(BLOCK_K * GROUP) * 4;
}

/** For so many bytes of panels, and products by columns with results of at most so many columns. */
export function scratchBytes(panels: usize, columns: i32): usize {
  return 4 * PANEL_ROW + <usize>(BLOCK_K * GROUP) * 4 + max(panels, panelBytes(columns, BLOCK_COLUMNS));
}

/** One panel of B [K, n], rows `stride` bytes apart. `width`: columns that there are. */
function layRows(b: usize, stride: usize, K: i32, width: i32, to: usize): void {
  if (width === 8) {
    for (let k = 0; k < K; k++, b += stride, to += PANEL_ROW) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
    return;
  }
  for (let k = 0; k < K; k++, b += stride, to += PANEL_ROW) {
    for (let j = 0; j < 8; j++) store<f32>(to + (<usize>j << 2), j < width ? load<f32>(b + (<usize>j << 2)) : 0);
  }
}

/** One panel of Bᵀ, B being [n, K] with rows `stride` bytes apart: the transpose is taken in registers. */
function layColumns(b: usize, stride: usize, K: i32, width: i32, to: usize): void {
  let k = 0;
  if (width === 8) {
    for (; k + 4 <= K; k += 4, b += 16, to += 4 * PANEL_ROW) {
      transpose4(b, stride, to, PANEL_ROW);
      transpose4(b + 4 * stride, stride, to + 16, PANEL_ROW);
    }
  }
  for (; k < K; k++, b += 4, to += PANEL_ROW) {
    for (let j = 0; j < 8; j++) store<f32>(to + (<usize>j << 2), j < width ? load<f32>(b + <usize>j * stride) : 0);
  }
}

// @ts-ignore: decorator
@inline
function transpose4(from: usize, stride: usize, to: usize, toStride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  v128.store(to + toStride, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  v128.store(to + 2 * toStride, v128.shuffle<f32>(c, d, 0, 1, 4, 5));
  v128.store(to + 3 * toStride, v128.shuffle<f32>(c, d, 2, 3, 6, 7));
}

/** Panels of all of B [K, N], one behind the other. */
export function layAllRows(b: usize, stride: usize, N: i32, K: i32, to: usize): void {
  for (let n = 0; n < N; n += 8, b += 32, to += <usize>K * PANEL_ROW) layRows(b, stride, K, min(8, N - n), to);
}

/** Panels of all of Bᵀ, B being [N, K]. */
export function layAllColumns(b: usize, stride: usize, N: i32, K: i32, to: usize): void {
  for (let n = 0; n < N; n += 8, b += 8 * stride, to += <usize>K * PANEL_ROW) {
    layColumns(b, stride, K, min(8, N - n), to);
  }
}

/** Bytes of the panels of a factor of N columns. */
export function panelBytes(N: i32, K: i32): usize {
  return <usize>((N + 7) >> 3) * <usize>K * PANEL_ROW;
}

/** C[lo..hi, N] = A·B, or C + A·B with `add`. A [M, K], B [K, N]; rows `aRow`, `bRow`, `cRow` bytes apart. */
export function productAB(
  a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize, lo: i32, hi: i32, N: i32, K: i32, add: bool,
): void {
  if (lo >= hi) return;
  layAllRows(b, bRow, N, K, scratch);
  productPanels(a, aRow, scratch, <usize>K * PANEL_ROW, c, cRow, lo, hi, N, K, add);
}

/** C[lo..hi, N] = A·Bᵀ, or C + A·Bᵀ. A [M, K], B [N, K]. */
export function productABt(
  a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize, lo: i32, hi: i32, N: i32, K: i32, add: bool,
): void {
  if (lo >= hi) return;
  layAllColumns(b, bRow, N, K, scratch);
  productPanels(a, aRow, scratch, <usize>K * PANEL_ROW, c, cRow, lo, hi, N, K, add);
}

/** C[lo..hi, N] = A·B, or C + A·B, where all of B's panels lie ready behind each other. */
export function timesPanels(
  a: usize, aRow: usize, panels: usize, c: usize, cRow: usize, lo: i32, hi: i32, N: i32, K: i32, add: bool,
): void {
  productPanels(a, aRow, panels, <usize>K * PANEL_ROW, c, cRow, lo, hi, N, K, add);
}

/** C[lo..hi, N] = A·B where B's panels lie ready, `step` bytes apart. */
export function productPanels(
  a: usize, aRow: usize, panels: usize, step: usize, c: usize, cRow: usize, lo: i32, hi: i32, N: i32, K: i32, add: bool,
): void {
  for (let k = 0; k < K; k += BLOCK_K) {
    const depth = min(BLOCK_K, K - k);
    for (let m = lo; m < hi; m += GROUP) {
      const count = min(GROUP, hi - m);
      const from = a + <usize>m * aRow + (<usize>k << 2);
      layGroup(from, aRow, count, depth);
      groupTimesPanels(panels + <usize>k * PANEL_ROW, step, c + <usize>m * cRow, cRow, count, N, depth, add || k > 0);
    }
  }
}

/** C[lo..hi, N] = Aᵀ·B, or C + Aᵀ·B. A [K, M], B [K, N]. */
export function productAtB(
  a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize, lo: i32, hi: i32, N: i32, K: i32, add: bool,
): void {
  if (K === 0 && !add) for (let m = lo; m < hi; m++) memory.fill(c + <usize>m * cRow, 0, <usize>N << 2);
  for (let k = 0; k < K; k += BLOCK_COLUMNS, a += <usize>BLOCK_COLUMNS * aRow, b += <usize>BLOCK_COLUMNS * bRow) {
    const depth = min(BLOCK_COLUMNS, K - k);
    layAllRows(b, bRow, N, depth, scratch);
    for (let m = lo; m < hi; m += GROUP) {
      const count = min(GROUP, hi - m);
      layColumnGroup(a + (<usize>m << 2), aRow, count, depth);
      groupTimesPanels(scratch, <usize>depth * PANEL_ROW, c + <usize>m * cRow, cRow, count, N, depth, add || k > 0);
    }
  }
}

/** The group in `rows` times all panels: results of `count` rows. A panel serves the whole group while it is at hand. */
function groupTimesPanels(
  panel: usize, step: usize, c: usize, cRow: usize, count: i32, N: i32, K: i32, add: bool,
): void {
  for (let n = 0; n < N; n += 8, panel += step, c += 32) {
    const width = min(8, N - n);
    let from = rows;
    let out = c;
    let m = 0;
    if (ASC_FEATURE_RELAXED_SIMD) {
      if (width === 8 && K >= DEEP) {
        for (; m + 12 <= count; m += 12, from += <usize>K * 48, out += 12 * cRow) {
          tile12x4(from, panel, out, cRow, K, add);
          tile12x4(from, panel + 16, out + 16, cRow, K, add);
        }
      }
    }
    for (; m + 4 <= count; m += 4, from += <usize>K << 4, out += 4 * cRow) fourRows(from, panel, out, cRow, width, K, add);
    for (let i: usize = 0; m < count; m++, i += 4, out += cRow) oneRow(from + i, panel, out, width, K, add);
  }
}

/** Rows of A [., K] into `rows`, four by four: [K, 4] each, the last with what there is. */
function layGroup(a: usize, aRow: usize, count: i32, K: i32): void {
  let to = rows;
  for (let m = 0; m < count; m += 4, a += 4 * aRow) {
    const left = min(4, count - m);
    let from = a;
    let k = 0;
    if (left === 4) for (; k + 4 <= K; k += 4, from += 16, to += 64) transpose4(from, aRow, to, 16);
    for (; k < K; k++, from += 4, to += 16) {
      for (let i: usize = 0; i < <usize>left; i++) store<f32>(to + (i << 2), load<f32>(from + i * aRow));
    }
  }
}

/** Columns of A [K, .] into `rows`, likewise. */
function layColumnGroup(a: usize, aRow: usize, count: i32, K: i32): void {
  let to = rows;
  for (let m = 0; m < count; m += 4, a += 16) {
    const left = min(4, count - m);
    let from = a;
    if (left === 4) {
      for (let k = 0; k < K; k++, from += aRow, to += 16) v128.store(to, v128.load(from));
      continue;
    }
    for (let k = 0; k < K; k++, from += aRow, to += 16) {
      for (let i: usize = 0; i < <usize>left; i++) store<f32>(to + (i << 2), load<f32>(from + (i << 2)));
    }
  }
}

/** A tile of up to 8 columns; a narrow one is computed beside the result and copied. */
// @ts-ignore: decorator
@inline
function fourRows(a: usize, panel: usize, c: usize, cRow: usize, width: i32, K: i32, add: bool): void {
  if (width === 8) {
    tile4x8(a, panel, c, cRow, K, add);
    return;
  }
  if (add) copyTile(c, cRow, tile, PANEL_ROW, 4, width);
  if (width > 4) tile4x8(a, panel, tile, PANEL_ROW, K, add);
  else tile4x4(a, panel, tile, PANEL_ROW, K, add);
  copyTile(tile, PANEL_ROW, c, cRow, 4, width);
}

// @ts-ignore: decorator
@inline
function oneRow(a: usize, panel: usize, c: usize, width: i32, K: i32, add: bool): void {
  if (width === 8) {
    tile1x8(a, panel, c, K, add);
    return;
  }
  if (add) copyTile(c, PANEL_ROW, tile, PANEL_ROW, 1, width);
  tile1x8(a, panel, tile, K, add);
  copyTile(tile, PANEL_ROW, c, PANEL_ROW, 1, width);
}

function copyTile(from: usize, fromRow: usize, to: usize, toRow: usize, count: i32, width: i32): void {
  for (let i = 0; i < count; i++, from += fromRow, to += toRow) {
    for (let j: usize = 0; j < <usize>width; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 2)));
  }
}

/*
 * The loops of the tiles test at their end and count before they load: that way V8 works out no address within them, and a core
 * that shares its front end with a neighbour has a sixth less to decode. K is never 0.
 */

/** The four numbers of A that go with row k of the panel lie beside each other, at a + k · {@link A_STEP}. */
function tile4x8(a: usize, b: usize, c: usize, cRow: usize, K: i32, add: bool): void {
  const c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (add) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c1); s11 = v128.load(c1, 16);
    s20 = v128.load(c2); s21 = v128.load(c2, 16);
    s30 = v128.load(c3); s31 = v128.load(c3, 16);
  }
  a -= A_STEP; b -= PANEL_ROW;
  const last = b + <usize>K * PANEL_ROW;
  do {
    a += A_STEP; b += PANEL_ROW;
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a); s00 = madd(x, b0, s00); s01 = madd(x, b1, s01);
    x = v128.load32_splat(a, 4); s10 = madd(x, b0, s10); s11 = madd(x, b1, s11);
    x = v128.load32_splat(a, 8); s20 = madd(x, b0, s20); s21 = madd(x, b1, s21);
    x = v128.load32_splat(a, 12); s30 = madd(x, b0, s30); s31 = madd(x, b1, s31);
  } while (b < last);
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}

/** Twelve rows, which are three blocks of A, and four columns of the panel. */
function tile12x4(a: usize, b: usize, c: usize, cRow: usize, K: i32, add: bool): void {
  const c1 = c + 4 * cRow, c2 = c1 + 4 * cRow;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
  if (add) {
    s0 = v128.load(c); s1 = v128.load(c + cRow); s2 = v128.load(c + 2 * cRow); s3 = v128.load(c + 3 * cRow);
    s4 = v128.load(c1); s5 = v128.load(c1 + cRow); s6 = v128.load(c1 + 2 * cRow); s7 = v128.load(c1 + 3 * cRow);
    s8 = v128.load(c2); s9 = v128.load(c2 + cRow); s10 = v128.load(c2 + 2 * cRow); s11 = v128.load(c2 + 3 * cRow);
  }
  a -= A_STEP; b -= PANEL_ROW;
  let a1 = a + <usize>K * A_STEP, a2 = a1 + <usize>K * A_STEP;
  // Tested at its end it would need more registers than there are.
  for (const last = b + <usize>K * PANEL_ROW; b < last; ) {
    a += A_STEP; a1 += A_STEP; a2 += A_STEP; b += PANEL_ROW;
    const x = v128.load(b);
    s0 = madd(v128.load32_splat(a), x, s0); s1 = madd(v128.load32_splat(a, 4), x, s1);
    s2 = madd(v128.load32_splat(a, 8), x, s2); s3 = madd(v128.load32_splat(a, 12), x, s3);
    s4 = madd(v128.load32_splat(a1), x, s4); s5 = madd(v128.load32_splat(a1, 4), x, s5);
    s6 = madd(v128.load32_splat(a1, 8), x, s6); s7 = madd(v128.load32_splat(a1, 12), x, s7);
    s8 = madd(v128.load32_splat(a2), x, s8); s9 = madd(v128.load32_splat(a2, 4), x, s9);
    s10 = madd(v128.load32_splat(a2, 8), x, s10); s11 = madd(v128.load32_splat(a2, 12), x, s11);
  }
  v128.store(c, s0); v128.store(c + cRow, s1); v128.store(c + 2 * cRow, s2); v128.store(c + 3 * cRow, s3);
  v128.store(c1, s4); v128.store(c1 + cRow, s5); v128.store(c1 + 2 * cRow, s6); v128.store(c1 + 3 * cRow, s7);
  v128.store(c2, s8); v128.store(c2 + cRow, s9); v128.store(c2 + 2 * cRow, s10); v128.store(c2 + 3 * cRow, s11);
}

/** Like {@link tile4x8} where only the first four columns of the panel count. */
function tile4x4(a: usize, b: usize, c: usize, cRow: usize, K: i32, add: bool): void {
  const c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (add) {
    s0 = v128.load(c); s1 = v128.load(c1); s2 = v128.load(c2); s3 = v128.load(c3);
  }
  a -= A_STEP; b -= PANEL_ROW;
  const last = b + <usize>K * PANEL_ROW;
  do {
    a += A_STEP; b += PANEL_ROW;
    const b0 = v128.load(b);
    s0 = madd(v128.load32_splat(a), b0, s0);
    s1 = madd(v128.load32_splat(a, 4), b0, s1);
    s2 = madd(v128.load32_splat(a, 8), b0, s2);
    s3 = madd(v128.load32_splat(a, 12), b0, s3);
  } while (b < last);
  v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
}

function tile1x8(a: usize, b: usize, c: usize, K: i32, add: bool): void {
  let s0 = f32x4.splat(0), s1 = s0;
  if (add) {
    s0 = v128.load(c); s1 = v128.load(c, 16);
  }
  a -= A_STEP; b -= PANEL_ROW;
  const last = b + <usize>K * PANEL_ROW;
  do {
    a += A_STEP; b += PANEL_ROW;
    const x = v128.load32_splat(a);
    s0 = madd(x, v128.load(b), s0);
    s1 = madd(x, v128.load(b, 16), s1);
  } while (b < last);
  v128.store(c, s0); v128.store(c, s1, 16);
}
