/*
 * SwiGLU: silu(gate) ⊙ up, gate and up beside each other in rows of 2F.
 */
import { exp1, exp4 } from "./math";
import { F, floats } from "./shape";

/** Rows lo..hi: both [., 2F] → out [., F]. */
export function swiglu(both: usize, out: usize, lo: i32, hi: i32): void {
  const half = floats(F);
  const whole = half & ~15;
  const one = f32x4.splat(1);
  for (let n = lo; n < hi; n++) {
    const g = both + <usize>n * 2 * half;
    const u = g + half;
    const y = out + <usize>n * half;
    for (let i: usize = 0; i < whole; i += 16) {
      const x = v128.load(g + i);
      const silu = f32x4.div(x, f32x4.add(one, exp4(f32x4.neg(x))));
      v128.store(y + i, f32x4.mul(silu, v128.load(u + i)));
    }
    for (let i = whole; i < half; i += 4) {
      const x = load<f32>(g + i);
      store<f32>(y + i, (x / (1 + exp1(-x))) * load<f32>(u + i));
    }
  }
}

/** Rows lo..hi: both ← the gradient of both, from dy [., F]. */
export function swigluBack(both: usize, dy: usize, lo: i32, hi: i32): void {
  const half = floats(F);
  const whole = half & ~15;
  const one = f32x4.splat(1);
  for (let n = lo; n < hi; n++) {
    const g = both + <usize>n * 2 * half;
    const u = g + half;
    const d = dy + <usize>n * half;
    for (let i: usize = 0; i < whole; i += 16) {
      const x = v128.load(g + i);
      const slope = v128.load(d + i);
      const sigmoid = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
      const bend = f32x4.add(one, f32x4.mul(x, f32x4.sub(one, sigmoid)));
      const dGate = f32x4.mul(f32x4.mul(slope, v128.load(u + i)), f32x4.mul(sigmoid, bend));
      v128.store(u + i, f32x4.mul(slope, f32x4.mul(x, sigmoid)));
      v128.store(g + i, dGate);
    }
    for (let i = whole; i < half; i += 4) {
      const x = load<f32>(g + i);
      const slope = load<f32>(d + i);
      const sigmoid: f32 = 1 / (1 + exp1(-x));
      const dGate: f32 = slope * load<f32>(u + i) * (sigmoid * (1 + x * (1 - sigmoid)));
      store<f32>(u + i, slope * (x * sigmoid));
      store<f32>(g + i, dGate);
    }
  }
}
