/**
 * Exponential moving average with its start-up bias taken out (Kingma and Ba's 1 / (1 − wᵗ)), so that the first points are not
 * pulled towards zero. Values that are not finite stay what they are and count for nothing.
 * @param weight of the past, in [0, 1): 0 changes nothing.
 * @param out where the averages go: at least `length` values.
 */
export function smoothed(
  values: ArrayLike<number>,
  length: number,
  weight: number,
  out = new Float64Array(length),
): Float64Array {
  let average = 0;
  let bias = 1;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      out[i] = value;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    out[i] = average / (1 - bias);
  }
  return out;
}
