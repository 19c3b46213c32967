/*
 * Keys and values of every token that a rollout has read, by layer, sequence and key/value head: keys [D, room], so that four keys
 * are compared at a time, values [room, D]. Those of a prompt lie there once for all slots that answer it; behind them, in
 * position, come those of what a slot has written itself.
 */
import { exp4, madd, max4, sum4 } from "./math";
import { copyRow, D, floats, G, GD, H, L } from "./shape";

let promptKeys: usize = 0;
let promptValues: usize = 0;
let ownKeys: usize = 0;
let ownValues: usize = 0;
let prompts: i32 = 0;
let slots: i32 = 0;
/** Room for the tokens of a prompt, and of an answer. */
let promptRoom: i32 = 0;
let ownRoom: i32 = 0;
/** Probabilities of one query, this thread's. */
let weights: usize = 0;

/** `longest`, `written`: tokens of a prompt and of an answer at most. Answers where the cache and the probabilities of all threads end. */
export function planCache(
  base: usize, promptCount: i32, longest: i32, slotCount: i32, written: i32, thread: i32, threads: i32,
): usize {
  prompts = promptCount; slots = slotCount;
  promptRoom = (longest + 15) & ~15;
  ownRoom = (written + 15) & ~15;
  const promptBytes = <usize>L * <usize>prompts * <usize>GD * floats(promptRoom);
  const ownBytes = <usize>L * <usize>slots * <usize>GD * floats(ownRoom);
  promptKeys = base;
  promptValues = promptKeys + promptBytes;
  ownKeys = promptValues + promptBytes;
  ownValues = ownKeys + ownBytes;
  const room = floats(promptRoom + ownRoom + 16);
  weights = ownValues + ownBytes + <usize>thread * room;
  return ownValues + ownBytes + <usize>threads * room;
}

// @ts-ignore: decorator
@inline
function headAt(sequence: i32, group: i32, room: i32): usize {
  return (<usize>sequence * <usize>G + <usize>group) * <usize>D * floats(room);
}

/** Keeps the keys, turned to their position, and the values of one token [2·G·D] at `position` of a prompt. */
export function keepPrompt(layer: i32, prompt: i32, position: i32, kv: usize): void {
  keep(promptKeys, promptValues, layer * prompts + prompt, promptRoom, position, kv);
}

/** The same of the token that is the `position`-th of what a slot has written. */
export function keepOwn(layer: i32, slot: i32, position: i32, kv: usize): void {
  keep(ownKeys, ownValues, layer * slots + slot, ownRoom, position, kv);
}

function keep(keys: usize, values: usize, sequence: i32, room: i32, position: i32, kv: usize): void {
  for (let g = 0; g < G; g++) {
    const head = headAt(sequence, g, room);
    let to = keys + head + floats(position);
    const from = kv + floats(g * D);
    for (let d = 0; d < D; d++, to += floats(room)) store<f32>(to, load<f32>(from + floats(d)));
    copyRow(values + head + floats(position * D), from + floats(GD), floats(D));
  }
}

/** Attention of one token's queries [H·D] to the `asked` tokens of its prompt and the first `own` of its slot, into o [H·D]. */
export function attendCached(layer: i32, slot: i32, own: i32, prompt: i32, asked: i32, q: usize, o: usize): void {
  const each = H / G;
  for (let h = 0; h < H; h++) {
    const before = headAt(layer * prompts + prompt, h / each, promptRoom);
    const mine = headAt(layer * slots + slot, h / each, ownRoom);
    const query = q + floats(h * D);
    compare(query, promptKeys + before, promptRoom, asked, weights);
    compare(query, ownKeys + mine, ownRoom, own, weights + floats(asked));
    const sum = raise(asked + own);
    mixValues(promptValues + before, asked, ownValues + mine, own, 1 / sum, o + floats(h * D));
  }
}

/** Scores of `count` keys [D, room] into `to`, which has room for up to 15 more. */
function compare(q: usize, k: usize, room: i32, count: i32, to: usize): void {
  const row = floats(room), end = q + floats(D);
  for (let s = 0; s < count; s += 16, k += 64, to += 64) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = k;
    for (let from = q; from < end; from += 4, at += row) {
      const x = v128.load32_splat(from);
      a = madd(x, v128.load(at), a);
      b = madd(x, v128.load(at, 16), b);
      c = madd(x, v128.load(at, 32), c);
      d = madd(x, v128.load(at, 48), d);
    }
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
  }
}

/** The first `seen` scores in `weights` become exp(score − largest score); answers their sum. */
function raise(seen: i32): f32 {
  const whole = seen & ~3;
  let top = f32x4.splat(-Infinity);
  for (let s = 0; s < whole; s += 4) top = f32x4.pmax(top, v128.load(weights + floats(s)));
  let best = max4(top);
  for (let s = whole; s < seen; s++) best = max(best, load<f32>(weights + floats(s)));
  let sums = f32x4.splat(0);
  for (let s = 0; s < seen; s += 4) {
    const e = exp4(f32x4.sub(v128.load(weights + floats(s)), f32x4.splat(best)));
    v128.store(weights + floats(s), e);
    if (s < whole) sums = f32x4.add(sums, e);
  }
  let sum = sum4(sums);
  for (let s = whole; s < seen; s++) sum += load<f32>(weights + floats(s));
  return sum;
}

/** o [D] = factor · Σ_s weights_s · value_s, over the values of a prompt and then a slot's own. */
function mixValues(before: usize, asked: i32, mine: usize, own: i32, factor: f32, o: usize): void {
  const row = floats(D);
  const f = f32x4.splat(factor);
  const middle = weights + floats(asked), end = middle + floats(own);
  let d = 0;
  for (; d + 16 <= D; d += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let at = before + floats(d);
    for (let w = weights; w < end; w += 4, at += row) {
      if (w === middle) at = mine + floats(d);
      const x = v128.load32_splat(w);
      s0 = madd(x, v128.load(at), s0);
      s1 = madd(x, v128.load(at, 16), s1);
      s2 = madd(x, v128.load(at, 32), s2);
      s3 = madd(x, v128.load(at, 48), s3);
    }
    const to = o + floats(d);
    v128.store(to, f32x4.mul(s0, f)); v128.store(to, f32x4.mul(s1, f), 16);
    v128.store(to, f32x4.mul(s2, f), 32); v128.store(to, f32x4.mul(s3, f), 48);
  }
  for (; d + 4 <= D; d += 4) {
    let sum = f32x4.splat(0);
    let at = before + floats(d);
    for (let w = weights; w < end; w += 4, at += row) {
      if (w === middle) at = mine + floats(d);
      sum = madd(v128.load32_splat(w), v128.load(at), sum);
    }
    v128.store(o + floats(d), f32x4.mul(sum, f));
  }
  for (; d < D; d++) {
    let sum: f32 = 0;
    let at = before + floats(d);
    for (let w = weights; w < end; w += 4, at += row) {
      if (w === middle) at = mine + floats(d);
      sum += load<f32>(w) * load<f32>(at);
    }
    store<f32>(o + floats(d), sum * factor);
  }
}
