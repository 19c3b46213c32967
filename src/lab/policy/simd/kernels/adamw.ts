/*
 * AdamW with decoupled weight decay after clipping to a global norm, as PyTorch computes it, over flat vectors. They are cut into
 * runs of the same size for every number of threads.
 */
import { C, floats, layerAt, layerBytes, parameterBytes, toFinalNorm, toGate, toNorm2, toQuery } from "./shape";
import { isFirst, open, take } from "./share";

/** Bytes of a run. Squares are summed within each, then run by run. */
const RUN: usize = 16384;

export function runCount(): i32 {
  return <i32>((parameterBytes + RUN - 1) / RUN);
}

let weights: usize = 0;
let first: usize = 0;
let second: usize = 0;
let gradient: usize = 0;
/** A double for each run, and behind them the factor that clips the gradient. */
let sums: usize = 0;
let clipNorm: f64 = 0;
let beta1: f32 = 0;
let beta2: f32 = 0;
let epsilon: f32 = 0;
/** lr / (1 − β1^t), and 1/√(1 − β2^t). */
let rate: f32 = 0;
let spread: f32 = 0;
/** 1 − lr · decay. */
let keepMatrix: f32 = 0;
let keepNorm: f32 = 0;

/** Norms in the last update, in float64: of the gradient before it was clipped, and of the weights after. */
let gradientLength: f64 = 0;
let weightsLength: f64 = 0;
export function gradientNorm(): f64 { return gradientLength; }
export function weightsNorm(): f64 { return weightsLength; }

/** Where the vectors of the next update lie; `sums` has room for {@link runCount} doubles and one. */
export function setVectors(w: usize, m: usize, v: usize, g: usize, sumsAt: usize): void {
  weights = w; first = m; second = v; gradient = g; sums = sumsAt;
}

export function setRule(
  clip: f64, b1: f32, b2: f32, eps: f32, stepRate: f32, stepSpread: f32, matrix: f32, norm: f32,
): void {
  clipNorm = clip; beta1 = b1; beta2 = b2; epsilon = eps; rate = stepRate; spread = stepSpread;
  keepMatrix = matrix; keepNorm = norm;
}

/** One update by the gradient. */
export function runUpdate(): void {
  const runs = runCount();
  const factorAt = sums + (<usize>runs << 3);
  open(runs);
  for (let run = take(); run >= 0; run = take()) store<f64>(sums + (<usize>run << 3), squares(gradient, run));
  if (isFirst()) {
    gradientLength = length(runs);
    store<f64>(factorAt, clipNorm > 0 ? min(1.0, clipNorm / (gradientLength + 1e-6)) : 1.0);
  }
  open(runs);
  for (let run = take(); run >= 0; run = take()) {
    change(run, <f32>load<f64>(factorAt));
    store<f64>(sums + (<usize>run << 3), squares(weights, run));
  }
  if (isFirst()) weightsLength = length(runs);
}

function length(runs: i32): f64 {
  let sum: f64 = 0;
  for (let run = 0; run < runs; run++) sum += load<f64>(sums + (<usize>run << 3));
  return sqrt<f64>(sum);
}

/** Σ x² over one run of a vector. */
function squares(vector: usize, run: i32): f64 {
  const from = <usize>run * RUN;
  const x = vector + from, bytes = min(RUN, parameterBytes - from);
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

/** Moments and weights of one run, piece by piece of those that decay and those that may not. */
function change(run: i32, factor: f32): void {
  const to = min(parameterBytes, <usize>(run + 1) * RUN);
  for (let at = <usize>run * RUN; at < to; ) {
    const norm = isNorm(at);
    const end = min(to, endOfPart(at, norm));
    part(at, end, norm ? keepNorm : keepMatrix, factor);
    at = end;
  }
}

/** Whether the parameter at an offset is the gain of a norm. */
function isNorm(at: usize): bool {
  if (at < layerAt(0)) return false;
  if (at >= toFinalNorm) return at < toFinalNorm + floats(C);
  const within = (at - layerAt(0)) % layerBytes;
  return within < toQuery || (within >= toNorm2 && within < toGate);
}

/** Where the gains or matrices end that an offset lies in. */
function endOfPart(at: usize, norm: bool): usize {
  if (at < layerAt(0)) return layerAt(0);
  if (at >= toFinalNorm) return norm ? toFinalNorm + floats(C) : parameterBytes;
  const within = (at - layerAt(0)) % layerBytes;
  const layer = at - within;
  if (within < toQuery) return layer + toQuery;
  if (within < toNorm2) return layer + toNorm2;
  return layer + (norm ? toGate : layerBytes);
}

function part(from: usize, to: usize, keep: f32, factor: f32): void {
  let at = from;
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
