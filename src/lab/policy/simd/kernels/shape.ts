/*
 * The sizes of the decoder and where its parameters lie in a flat vector, in bytes; the order is that of the checkpoint.
 * V vocabulary, C width, L layers, H heads, G key/value heads, D head width, F hidden.
 */
export let V: i32 = 0;
export let C: i32 = 0;
export let L: i32 = 0;
export let H: i32 = 0;
export let G: i32 = 0;
export let D: i32 = 0;
export let F: i32 = 0;
/** Widths of all queries and of all keys beside each other. */
export let HD: i32 = 0;
export let GD: i32 = 0;
export let epsilon: f32 = 0;
/** Rotary tables [context, D/2]. */
export let cosines: usize = 0;
export let sines: usize = 0;

/** Within a layer. */
export let toQuery: usize = 0;
export let toKey: usize = 0;
export let toOut: usize = 0;
export let toNorm2: usize = 0;
export let toGate: usize = 0;
export let toDown: usize = 0;

export let layerBytes: usize = 0;
export let toFinalNorm: usize = 0;
export let toHead: usize = 0;
export let parameterBytes: usize = 0;
export let tied: bool = false;

export function setShape(
  vocabulary: i32, width: i32, layers: i32, heads: i32, kvHeads: i32, headWidth: i32, hidden: i32, isTied: bool, eps: f32,
): void {
  V = vocabulary; C = width; L = layers; H = heads; G = kvHeads; D = headWidth; F = hidden;
  HD = H * D; GD = G * D; epsilon = eps; tied = isTied;
  toQuery = floats(C);
  toKey = toQuery + floats(HD * C);
  toOut = toKey + floats(2 * GD * C);
  toNorm2 = toOut + floats(C * HD);
  toGate = toNorm2 + floats(C);
  toDown = toGate + floats(2 * F * C);
  layerBytes = toDown + floats(C * F);
  toFinalNorm = floats(V * C) + <usize>L * layerBytes;
  toHead = tied ? 0 : toFinalNorm + floats(C);
  parameterBytes = toFinalNorm + floats(C) + (tied ? 0 : floats(V * C));
}

export function setTables(cos: usize, sin: usize): void {
  cosines = cos;
  sines = sin;
}

/** Where a layer begins in a vector. */
export function layerAt(index: i32): usize {
  return floats(V * C) + <usize>index * layerBytes;
}

/** Copies a row of so many bytes, a multiple of 4: for a short one memory.copy is a call out of the module that costs more. */
// @ts-ignore: decorator
@inline
export function copyRow(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(from + at));
}

// @ts-ignore: decorator
@inline
export function floats(count: i32): usize {
  return <usize>count << 2;
}
