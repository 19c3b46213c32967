/*
 * What this machine's registers do without memory: the yardstick of the products. Of the loops tried, which differ in registers
 * and unrolling, the fastest; V8 makes no better code of any, so that a product may pass it.
 */
import { madd } from "./math";

/** Runs `rounds` × 12 multiply-adds of four floats without touching memory; answers a number so that none is dropped. */
export function registerLoop(rounds: i32): f32 {
  const x0 = f32x4.splat(0.999), x1 = f32x4.splat(0.998), x2 = f32x4.splat(0.997);
  const one = i32x4.splat(1);
  let y0 = f32x4.splat(0.001), y1 = f32x4.splat(0.002);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
  // The y move by their last bit, or the multiplications would be taken out of the loop.
  for (let i = 0; i < rounds; i++) {
    s0 = madd(x0, y0, s0); s1 = madd(x0, y1, s1);
    s2 = madd(x1, y0, s2); s3 = madd(x1, y1, s3);
    s4 = madd(x2, y0, s4); s5 = madd(x2, y1, s5);
    y0 = i32x4.add(y0, one);
    y1 = i32x4.add(y1, one);
    s0 = madd(x0, y0, s0); s1 = madd(x0, y1, s1);
    s2 = madd(x1, y0, s2); s3 = madd(x1, y1, s3);
    s4 = madd(x2, y0, s4); s5 = madd(x2, y1, s5);
    y0 = i32x4.add(y0, one);
    y1 = i32x4.add(y1, one);
  }
  const total = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  return f32x4.extract_lane(total, 0);
}

/** a · b + c as the kernels compute it: tells whether it is rounded once or twice. */
export function multiplyAdd(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}
