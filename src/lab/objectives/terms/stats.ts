import type { Numbers } from "../objective.ts";

/** `count` vectors of `size` zeros each. One allocation for all: in a step it costs more than the numbers in it. */
export function vectors(count: number, size: number): Float64Array[] {
  const block = new Float64Array(count * size);
  const parts: Float64Array[] = [];
  for (let i = 0; i < count; i++) parts.push(block.subarray(i * size, (i + 1) * size));
  return parts;
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

/** The values where the mask is not 0, in order. */
export function scored(values: Numbers, mask: Numbers): Float64Array {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++;
  const kept = new Float64Array(count);
  for (let i = 0, k = 0; i < mask.length; i++) if (mask[i]) kept[k++] = values[i]!;
  return kept;
}

/** Share of scored tokens with π(y) = 0 in float64; undefined where there is none. */
export function zeroShare(logp: Numbers, mask: Numbers): number | undefined {
  let zeros = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    count++;
    if (Math.exp(logp[i]!) === 0) zeros++;
  }
  return zeros > 0 ? zeros / count : undefined;
}

/** Mean over scored tokens; undefined where nothing is scored or a value is unknown (NaN). */
export function scoredMean(values: Numbers, mask: Numbers): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    sum += values[i]!;
    count++;
  }
  return count > 0 && !Number.isNaN(sum) ? sum / count : undefined;
}
