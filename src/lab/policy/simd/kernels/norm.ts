/*
 * RMSNorm: y = gain ⊙ x · scale, scale = 1/√(mean(x²) + ε).
 */
import { madd, sum4 } from "./math";
import { C, epsilon, floats } from "./shape";

/** Rows lo..hi of x [., C] into y, and their scales. */
export function norm(x: usize, gain: usize, y: usize, scales: usize, lo: i32, hi: i32): void {
  const row = floats(C);
  const whole = row & ~15;
  for (let n = lo; n < hi; n++) {
    const from = x + <usize>n * row;
    const to = y + <usize>n * row;
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      const v = v128.load(from + i);
      sum = madd(v, v, sum);
    }
    let squares = sum4(sum);
    for (let i = whole; i < row; i += 4) squares += load<f32>(from + i) * load<f32>(from + i);
    const scale: f32 = 1 / sqrt<f32>(squares / <f32>C + epsilon);
    store<f32>(scales + floats(n), scale);
    const s = f32x4.splat(scale);
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(to + i, f32x4.mul(f32x4.mul(v128.load(from + i), s), v128.load(gain + i)));
    }
    for (let i = whole; i < row; i += 4) store<f32>(to + i, load<f32>(from + i) * scale * load<f32>(gain + i));
  }
}

/** dx += scale · (dy ⊙ gain − x · scale² · Σ(dy ⊙ gain ⊙ x) / C), rows lo..hi. */
export function normBack(dy: usize, x: usize, gain: usize, scales: usize, dx: usize, lo: i32, hi: i32): void {
  const row = floats(C);
  const whole = row & ~15;
  for (let n = lo; n < hi; n++) {
    const at = <usize>n * row;
    const scale = load<f32>(scales + floats(n));
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      sum = madd(f32x4.mul(v128.load(dy + at + i), v128.load(gain + i)), v128.load(x + at + i), sum);
    }
    let dot = sum4(sum);
    for (let i = whole; i < row; i += 4) dot += load<f32>(dy + at + i) * load<f32>(gain + i) * load<f32>(x + at + i);
    const factor: f32 = (scale * scale * dot) / <f32>C;
    for (let i: usize = 0; i < whole; i += 16) {
      const slope = f32x4.mul(v128.load(dy + at + i), v128.load(gain + i));
      const change = f32x4.sub(slope, f32x4.mul(v128.load(x + at + i), f32x4.splat(factor)));
      v128.store(dx + at + i, madd(change, f32x4.splat(scale), v128.load(dx + at + i)));
    }
    for (let i = whole; i < row; i += 4) {
      const change = load<f32>(dy + at + i) * load<f32>(gain + i) - load<f32>(x + at + i) * factor;
      store<f32>(dx + at + i, load<f32>(dx + at + i) + change * scale);
    }
  }
}

/** dgain = Σ_n dy ⊙ x · scale over `rows` rows, columns lo..hi; with `add` the sum goes on from what is there. */
export function normGain(
  dy: usize, x: usize, scales: usize, dgain: usize, rows: i32, lo: i32, hi: i32, add: bool,
): void {
  const row = floats(C);
  let i = lo;
  for (; i + 4 <= hi; i += 4) {
    let sum = add ? v128.load(dgain + floats(i)) : f32x4.splat(0);
    let at = floats(i);
    for (let n = 0; n < rows; n++, at += row) {
      const scaled = f32x4.mul(v128.load(x + at), v128.load32_splat(scales + floats(n)));
      sum = madd(v128.load(dy + at), scaled, sum);
    }
    v128.store(dgain + floats(i), sum);
  }
  for (; i < hi; i++) {
    let sum: f32 = add ? load<f32>(dgain + floats(i)) : 0;
    for (let n = 0; n < rows; n++) {
      const at = <usize>n * row + floats(i);
      sum += load<f32>(dy + at) * (load<f32>(x + at) * load<f32>(scales + floats(n)));
    }
    store<f32>(dgain + floats(i), sum);
  }
}
