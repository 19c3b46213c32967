/** Median and quartiles of a sample. */
export interface Summary {
  readonly median: number;
  readonly low: number; // first quartile
  readonly high: number; // third quartile
  readonly count: number;
}

export function summary(sample: readonly number[]): Summary {
  return {
    median: quantile(sample, 0.5),
    low: quantile(sample, 0.25),
    high: quantile(sample, 0.75),
    count: sample.length,
  };
}

/**
 * By linear interpolation between the two nearest ranks, as numpy does it.
 * @throws {RangeError} for an empty sample.
 */
export function quantile(sample: readonly number[], share: number): number {
  if (sample.length === 0) throw new RangeError("a quantile must have a sample of at least one number, got none");
  const sorted = [...sample].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (at - below) * (next - sorted[below]!);
}

/**
 * How many times longer `a` takes than `b`: the median of the ratios of neighbours in time, so that a machine that is busy
 * for a while slows both sides of a ratio. Entries are per round; a round that only one took part in does not count.
 */
export function ratioOf(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number | undefined {
  const ratios = a.flatMap((one, round) => {
    const other = b[round];
    return one === undefined || other === undefined ? [] : [one / other];
  });
  return ratios.length > 0 ? quantile(ratios, 0.5) : undefined;
}
