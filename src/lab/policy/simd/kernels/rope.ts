/*
 * Rotary positions in the half-rotation layout: the pair (x_i, x_{i + D/2}) of every head turns by position · θ^(−2i/D).
 */
import { cosines, D, floats, sines } from "./shape";

/** Turns `heads` heads of one token in place and multiplies by `scale`; `direction` −1 turns back. */
export function turn(x: usize, heads: i32, position: i32, direction: f32, scale: f32): void {
  const half = D >> 1;
  const middle = floats(half);
  const whole = half & ~3;
  const cos = cosines + floats(position * half);
  const sin = sines + floats(position * half);
  for (let h = 0; h < heads; h++, x += floats(D)) {
    let i = 0;
    for (; i < whole; i += 4) {
      const at = x + floats(i);
      const c = f32x4.mul(v128.load(cos + floats(i)), f32x4.splat(scale));
      const s = f32x4.mul(v128.load(sin + floats(i)), f32x4.splat(direction * scale));
      const a = v128.load(at);
      const b = v128.load(at + middle);
      v128.store(at, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)));
      v128.store(at + middle, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)));
    }
    for (; i < half; i++) {
      const at = x + floats(i);
      const c = load<f32>(cos + floats(i)) * scale;
      const s = load<f32>(sin + floats(i)) * (direction * scale);
      const a = load<f32>(at);
      const b = load<f32>(at + middle);
      store<f32>(at, a * c - b * s);
      store<f32>(at + middle, b * c + a * s);
    }
  }
}

/** The factor of attention scores, 1/√D, which the queries carry. */
export function queryScale(): f32 {
  return 1 / sqrt<f32>(<f32>D);
}
