import type { PolicyShape } from "../shape.ts";

/*
 * JavaScript leaves the last bits of Math.cos, Math.sin, Math.exp and ** to each engine. These use only additions,
 * multiplications and divisions of float64, which are the same everywhere; each is within 1e-13 of the true value where it is
 * used, far below a float32's precision.
 */

/** π/2 in two parts, the first with 33 bits, so that its small multiples are exact. */
const HALF_PI = 1.5707963267341256;
const HALF_PI_REST = 6.077100506506192e-11;

/** cos and sin [context, D/2] of position · θ^(−2i/D). */
export function rotaryTables({ context, headWidth, ropeTheta }: PolicyShape): {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
} {
  const half = headWidth / 2;
  const cos = new Float32Array(context * half);
  const sin = new Float32Array(context * half);
  for (let i = 0; i < half; i++) {
    const speed = exponential((-i / half) * logarithm(ropeTheta));
    for (let position = 0; position < context; position++) {
      const [c, s] = circle(position * speed);
      cos[position * half + i] = c;
      sin[position * half + i] = s;
    }
  }
  return { cos, sin };
}

/** ln x of a positive number, by the series of artanh after halving to [1/√2, √2]. */
export function logarithm(x: number): number {
  let exponent = 0;
  let mantissa = x;
  for (; mantissa > Math.SQRT2; exponent++) mantissa /= 2;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let odd = 21; odd >= 1; odd -= 2) sum = sum * s * s + 1 / odd;
  return exponent * Math.LN2 + 2 * s * sum;
}

/** e^x by its series after reduction by multiples of ln 2. */
export function exponential(x: number): number {
  const n = Math.round(x / Math.LN2);
  const rest = x - n * Math.LN2;
  let sum = 1;
  for (let k = 18; k >= 1; k--) sum = 1 + (sum * rest) / k;
  for (let i = 0; i < Math.abs(n); i++) sum = n > 0 ? sum * 2 : sum / 2;
  return sum;
}

/** cos and sin of an angle in [0, 1e5), by their series after reduction to [−π/4, π/4]. */
export function circle(angle: number): [number, number] {
  const quarter = Math.round(angle / (HALF_PI + HALF_PI_REST));
  const r = angle - quarter * HALF_PI - quarter * HALF_PI_REST;
  let c = 1;
  let s = 1;
  for (let k = 18; k >= 2; k -= 2) {
    c = 1 - (c * r * r) / (k * (k - 1));
    s = 1 - (s * r * r) / (k * (k + 1));
  }
  s *= r;
  return [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ][quarter & 3] as [number, number];
}

/** base^exponent for a whole exponent of at least 0, by squaring. */
export function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
