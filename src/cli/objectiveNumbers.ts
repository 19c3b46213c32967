/** What one number of a feed must be, where it is not: "be a finite number". */
export type Reader = (x: number) => string | undefined;

/** What rounding in somebody's float32 may add to a bound. */
const ROUNDING = 1e-6;

/** Rewards, advantages. */
export const finite: Reader = (x) => (Number.isFinite(x) ? undefined : "be a finite number");

/** −∞, a token without any probability, is a logit; +∞ is none. */
export const logit: Reader = (x) => (x < Number.POSITIVE_INFINITY ? undefined : "be a number or -Infinity");

/** At most 0, −∞ included. */
export const logProbability: Reader = (x) => atMost(x, 0, "0");

/** The mean of ln π(v) over a vocabulary of V words, at most −ln V; V is 0 where it is unknown. */
export function meanLogProbability(vocabSize: number): Reader {
  return (x) => atMost(x, vocabSize > 0 ? -Math.log(vocabSize) : 0, vocabSize > 0 ? `-ln ${vocabSize}` : "0");
}

/** Entropy in nats, from 0 to ln V. */
export function entropyUpTo(vocabSize: number): Reader {
  const most = vocabSize > 0 ? Math.log(vocabSize) : Number.MAX_VALUE;
  const bound = vocabSize > 0 ? `in [0, ln ${vocabSize} = ${most.toFixed(6)}]` : "a finite number from 0";
  return (x) => (x >= -ROUNDING && x <= most + ROUNDING ? undefined : `be ${bound}`);
}

/** Ids of a vocabulary. */
export function counted(vocabSize: number): Reader {
  return (x) =>
    Number.isInteger(x) && x >= 0 && x < vocabSize
      ? undefined
      : `be a whole number from 0 to ${vocabSize - 1} where mask is 1`;
}

function atMost(x: number, most: number, bound: string): string | undefined {
  return x <= most + ROUNDING ? undefined : `be at most ${bound}, with 1e-6 for rounding`;
}
