/*
 * AdamW with decoupled weight decay after clipping to a global norm, as PyTorch computes it, over flat vectors.
 */
import { C, floats, L, layerAt, layerBytes, parameterBytes, tied, toFinalNorm, toNorm2, toQuery, V } from "./shape";

/** Squares are summed in runs of so many bytes, then run by run. */
const RUN: usize = 16384;

export function runCount(): i32 {
  return <i32>((parameterBytes + RUN - 1) / RUN);
}

/** The L2 norm of a flat vector, in float64; `sums` has room for {@link runCount} doubles. */
export function vectorNorm(x: usize, sums: usize): f64 {
  const runs = runCount();
  for (let run = 0; run < runs; run++) {
    const from = <usize>run * RUN;
    store<f64>(sums + (<usize>run << 3), squares(x + from, min(RUN, parameterBytes - from)));
  }
  let sum: f64 = 0;
  for (let run = 0; run < runs; run++) sum += load<f64>(sums + (<usize>run << 3));
  return sqrt<f64>(sum);
}

function squares(x: usize, bytes: usize): f64 {
  const end = x + (bytes & ~15);
  let a = f64x2.splat(0), b = f64x2.splat(0);
  let at = x;
  for (; at < end; at += 16) {
    const v = v128.load(at);
    const lowHalf = f64x2.promote_low_f32x4(v);
    const highHalf = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    a = f64x2.add(a, f64x2.mul(lowHalf, lowHalf));
    b = f64x2.add(b, f64x2.mul(highHalf, highHalf));
  }
  const both = f64x2.add(a, b);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; at < x + bytes; at += 4) {
    const v = <f64>load<f32>(at);
    sum += v * v;
  }
  return sum;
}

let weights: usize = 0;
let first: usize = 0;
let second: usize = 0;
let gradient: usize = 0;
let factor: f32 = 0;
let beta1: f32 = 0;
let beta2: f32 = 0;
let epsilon: f32 = 0;
/** lr / (1 − β1^t), and 1/√(1 − β2^t). */
let rate: f32 = 0;
let spread: f32 = 0;

export function setAdamW(
  w: usize, m: usize, v: usize, g: usize, clip: f32, b1: f32, b2: f32, eps: f32, stepRate: f32, stepSpread: f32,
): void {
  weights = w; first = m; second = v; gradient = g;
  factor = clip; beta1 = b1; beta2 = b2; epsilon = eps; rate = stepRate; spread = stepSpread;
}

/** The update. `keepMatrix`, `keepNorm`: 1 − lr · decay. */
export function adamW(keepMatrix: f32, keepNorm: f32): void {
  part(0, V * C, keepMatrix);
  for (let l = 0; l < L; l++) {
    const at = layerAt(l);
    part(at, C, keepNorm);
    part(at + toQuery, <i32>((toNorm2 - toQuery) >> 2), keepMatrix);
    part(at + toNorm2, C, keepNorm);
    part(at + toNorm2 + floats(C), <i32>((layerBytes - toNorm2) >> 2) - C, keepMatrix);
  }
  part(toFinalNorm, C, keepNorm);
  if (!tied) part(toFinalNorm + floats(C), V * C, keepMatrix);
}

function part(offset: usize, count: i32, keep: f32): void {
  const to = offset + floats(count);
  let at = offset;
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat((1 - beta1) * factor);
  const b2 = f32x4.splat(beta2), c2 = f32x4.splat((1 - beta2) * (factor * factor));
  const r = f32x4.splat(rate), s = f32x4.splat(spread), e = f32x4.splat(epsilon), k = f32x4.splat(keep);
  for (; at + 16 <= to; at += 16) {
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(b1, v128.load(first + at)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(second + at)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(first + at, m);
    v128.store(second + at, v);
    const step = f32x4.div(f32x4.mul(r, m), f32x4.add(f32x4.mul(f32x4.sqrt(v), s), e));
    v128.store(weights + at, f32x4.sub(f32x4.mul(v128.load(weights + at), k), step));
  }
  for (; at < to; at += 4) {
    const g = load<f32>(gradient + at);
    const m: f32 = beta1 * load<f32>(first + at) + (1 - beta1) * factor * g;
    const v: f32 = beta2 * load<f32>(second + at) + (1 - beta2) * (factor * factor) * (g * g);
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    const step: f32 = (rate * m) / (sqrt<f32>(v) * spread + epsilon);
    store<f32>(weights + at, load<f32>(weights + at) * keep - step);
  }
}

/** to ← mix · from + (1 − mix) · to. */
export function mixVectors(from: usize, to: usize, mix: f32): void {
  for (let at: usize = 0; at < parameterBytes; at += 4) {
    store<f32>(to + at, mix * load<f32>(from + at) + (1 - mix) * load<f32>(to + at));
  }
}
