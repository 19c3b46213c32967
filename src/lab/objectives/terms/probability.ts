/**
 * What log π = −∞ counts as, so that a token of probability 0 gives a large finite loss: a number whose exponential is
 * already 0. Finite log-probabilities, however small, pass as they are.
 */
export const LOGP_FLOOR = -750;

export function floorLogp(logp: number): number {
  return logp === Number.NEGATIVE_INFINITY ? LOGP_FLOOR : logp;
}

export function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
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
