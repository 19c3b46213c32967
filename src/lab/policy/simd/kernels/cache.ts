/*
 * Keys and values of every token that a rollout has read, by layer, slot and key/value head: keys [D, capacity], so that four
 * keys are compared at a time, values [capacity, D]. A slot is one sequence.
 */
import { exp1, exp4, madd, max4, sum4 } from "./math";
import { D, floats, G, GD, H, L } from "./shape";

let keys: usize = 0;
let values: usize = 0;
let slots: i32 = 0;
let capacity: i32 = 0;
/** Probabilities of one query [capacity], this thread's. */
let weights: usize = 0;

/** `tokens` a slot at most. Answers where the cache and the probabilities of all threads end. */
export function planCache(base: usize, slotCount: i32, tokens: i32, thread: i32, threads: i32): usize {
  slots = slotCount;
  capacity = (tokens + 15) & ~15;
  const bytes = cacheBytes();
  keys = base;
  values = keys + bytes;
  weights = values + bytes + <usize>thread * floats(capacity);
  return values + bytes + <usize>threads * floats(capacity);
}

function cacheBytes(): usize {
  return <usize>L * <usize>slots * <usize>GD * floats(capacity);
}

// @ts-ignore: decorator
@inline
function headAt(layer: i32, slot: i32, group: i32): usize {
  return ((<usize>layer * <usize>slots + <usize>slot) * <usize>G + <usize>group) * <usize>D * floats(capacity);
}

/** Puts the keys, turned to their position, and the values of one token [2·G·D] at `position` of a slot. */
export function keep(layer: i32, slot: i32, position: i32, kv: usize): void {
  for (let g = 0; g < G; g++) {
    const head = headAt(layer, slot, g);
    let to = keys + head + floats(position);
    const from = kv + floats(g * D);
    for (let d = 0; d < D; d++, to += floats(capacity)) store<f32>(to, load<f32>(from + floats(d)));
    memory.copy(values + head + floats(position * D), kv + floats(GD + g * D), floats(D));
  }
}

/** Attention of one token's queries [H·D] to the first `seen` tokens of its slot, into o [H·D]. */
export function attendCached(layer: i32, slot: i32, seen: i32, q: usize, o: usize): void {
  const each = H / G;
  for (let h = 0; h < H; h++) {
    const head = headAt(layer, slot, h / each);
    const sum = weigh(q + floats(h * D), keys + head, seen);
    mixValues(values + head, seen, 1 / sum, o + floats(h * D));
  }
}

/** exp(score − largest score) of every key into `weights`, and their sum. */
function weigh(q: usize, k: usize, seen: i32): f32 {
  const row = floats(capacity);
  for (let s = 0; s < seen; s += 16) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = k + floats(s);
    for (let i = 0; i < D; i++, at += row) {
      const x = v128.load32_splat(q + floats(i));
      a = madd(x, v128.load(at), a);
      b = madd(x, v128.load(at, 16), b);
      c = madd(x, v128.load(at, 32), c);
      d = madd(x, v128.load(at, 48), d);
    }
    const to = weights + floats(s);
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
  }
  const whole = seen & ~3;
  let top = f32x4.splat(-Infinity);
  for (let s = 0; s < whole; s += 4) top = f32x4.pmax(top, v128.load(weights + floats(s)));
  let best = max4(top);
  for (let s = whole; s < seen; s++) best = max(best, load<f32>(weights + floats(s)));
  let sums = f32x4.splat(0);
  for (let s = 0; s < whole; s += 4) {
    const e = exp4(f32x4.sub(v128.load(weights + floats(s)), f32x4.splat(best)));
    v128.store(weights + floats(s), e);
    sums = f32x4.add(sums, e);
  }
  let sum = sum4(sums);
  for (let s = whole; s < seen; s++) {
    const e = exp1(load<f32>(weights + floats(s)) - best);
    store<f32>(weights + floats(s), e);
    sum += e;
  }
  return sum;
}

/** o [D] = factor · Σ_s weights_s · value_s. */
function mixValues(v: usize, seen: i32, factor: f32, o: usize): void {
  const row = floats(D);
  const f = f32x4.splat(factor);
  let d = 0;
  for (; d + 16 <= D; d += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let at = v + floats(d);
    for (let s = 0; s < seen; s++, at += row) {
      const w = v128.load32_splat(weights + floats(s));
      s0 = madd(w, v128.load(at), s0);
      s1 = madd(w, v128.load(at, 16), s1);
      s2 = madd(w, v128.load(at, 32), s2);
      s3 = madd(w, v128.load(at, 48), s3);
    }
    const to = o + floats(d);
    v128.store(to, f32x4.mul(s0, f)); v128.store(to, f32x4.mul(s1, f), 16);
    v128.store(to, f32x4.mul(s2, f), 32); v128.store(to, f32x4.mul(s3, f), 48);
  }
  for (; d + 4 <= D; d += 4) {
    let sum = f32x4.splat(0);
    let at = v + floats(d);
    for (let s = 0; s < seen; s++, at += row) sum = madd(v128.load32_splat(weights + floats(s)), v128.load(at), sum);
    v128.store(o + floats(d), f32x4.mul(sum, f));
  }
  for (; d < D; d++) {
    let sum: f32 = 0;
    let at = v + floats(d);
    for (let s = 0; s < seen; s++, at += row) sum += load<f32>(weights + floats(s)) * load<f32>(at);
    store<f32>(o + floats(d), sum * factor);
  }
}
