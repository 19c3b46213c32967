/** Two-sided 97.5% points of Student's t for 1 to 30 degrees of freedom (Abramowitz and Stegun, table 26.10). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

export interface Interval {
  readonly mean: number;
  /** Half the width of the 95% interval; NaN for a single value. */
  readonly half: number;
  readonly n: number;
}

/** Two-sided 97.5% point of the normal distribution. */
const Z_975 = 1.959964;

/**
 * The 95% interval of a share seen in `n` trials, after Wilson (1927): unlike the plain one it stays within [0, 1] and has a
 * width where every trial, or none, succeeded. @throws {RangeError} for a share outside [0, 1] or n below 1
 */
export function shareInterval(share: number, n: number): { readonly low: number; readonly high: number } {
  if (!(share >= 0 && share <= 1) || !(n >= 1)) {
    throw new RangeError(`share and n must be in [0, 1] and from 1, got ${share} and ${n}`);
  }
  const z2 = Z_975 ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_975 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Mean and 95% t-interval. Beyond 30 degrees of freedom the normal point 1.96 stands in (2% too narrow at 31). */
export function meanInterval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, half: Number.NaN, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, half: (T_975[n - 2] ?? 1.96) * Math.sqrt(variance / n), n };
}

export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Unbiased (n − 1); 0 for fewer than two values. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Moments of plain values. An empty list has mean and std 0. */
export function summarise(values: ArrayLike<number>): Summary {
  const count = values.length;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return { count: 0, mean: 0, std: 0, min: 0, max: 0 };
  // Equal values have exactly their own mean and no spread, whatever the rounding of the sum.
  const mean = min === max ? min : sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (values[i]! - mean) ** 2;
  const std = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
  const lost = !Number.isFinite(std) || (count > 1 && std === 0 && min !== max);
  const finite = !Number.isNaN(sum) && Number.isFinite(min) && Number.isFinite(max);
  return lost && finite ? rescaled(values, min, max) : { count, mean, std, min, max };
}

/** The moments of finite values whose sum or squares left the range of a number, worked out in units of the largest. */
function rescaled(values: ArrayLike<number>, min: number, max: number): Summary {
  const unit = Math.max(Math.abs(min), Math.abs(max));
  const { count, mean, std } = summarise(Float64Array.from(values, (value) => value / unit));
  return { count, mean: unit * mean, std: unit * std, min, max };
}

/** Quantiles of plain values at these shares of [0, 1], straight between neighbours (NumPy's default); NaN of an empty list. */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = new Float64Array(values).sort();
  return shares.map((share) => {
    const at = share * (sorted.length - 1);
    const low = sorted[Math.floor(at)] ?? Number.NaN;
    return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
  });
}

/** σ(x), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log σ(x); keeps its relative accuracy where σ rounds to 0 or 1. */
export function logSigmoid(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

/** log(1 − e^x) for x < 0, accurate at both ends. */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
