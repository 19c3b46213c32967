/*
 * What this machine's registers do without memory: the yardstick of the products.
 */
import { madd } from "./math";

/**
 * Runs `rounds` × 12 multiply-adds of four floats without touching memory; answers a number so that none is dropped. Twelve
 * sums go on at once, so that none waits for itself, and what is multiplied is the sum, so that nothing can be taken out of
 * the loop. They tend to 1.
 */
export function registerLoop(rounds: i32): f32 {
  const x = f32x4.splat(0.5), y = f32x4.splat(0.5);
  let s0 = f32x4.splat(0), s1 = f32x4.splat(0.1), s2 = f32x4.splat(0.2), s3 = f32x4.splat(0.3), s4 = f32x4.splat(0.4);
  let s5 = f32x4.splat(0.5), s6 = f32x4.splat(0.6), s7 = f32x4.splat(0.7), s8 = f32x4.splat(0.8), s9 = f32x4.splat(0.9);
  let s10 = f32x4.splat(1), s11 = f32x4.splat(1.1);
  for (let i = 0; i < rounds; i++) {
    s0 = madd(s0, x, y); s1 = madd(s1, x, y); s2 = madd(s2, x, y); s3 = madd(s3, x, y);
    s4 = madd(s4, x, y); s5 = madd(s5, x, y); s6 = madd(s6, x, y); s7 = madd(s7, x, y);
    s8 = madd(s8, x, y); s9 = madd(s9, x, y); s10 = madd(s10, x, y); s11 = madd(s11, x, y);
  }
  const a = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  const b = f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7));
  const c = f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11));
  return f32x4.extract_lane(f32x4.add(a, f32x4.add(b, c)), 0);
}

/** a · b + c as the kernels compute it: tells whether it is rounded once or twice. */
export function multiplyAdd(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}
