/** Words of the vocabulary that the figures suppose. */
export const WORDS = 16;

const part = (p: number) => (p > 0 ? -p * Math.log(p) : 0);

/** The entropy in nats of a token of probability `p` where one other token has all the rest: the least that it can be. */
export const leastEntropy = (p: number): number => part(p) + part(1 - p);

/** The same where the rest is spread evenly over all other words: the most that it can be. */
export const mostEntropy = (p: number): number => part(p) + part(1 - p) + (1 - p) * Math.log(WORDS - 1);

/** The probability from 1/V to 1 whose {@link mostEntropy} is `H`, to 1e-12. */
export function probabilityAt(H: number): number {
  let [low, high] = [1 / WORDS, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (mostEntropy(middle) > H) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
