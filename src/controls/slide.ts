import type { Range } from "../lab/schema.ts";

/** Positions of a slider's thumb. */
export const POSITIONS = 1000;

/**
 * Where a value stands on a slider of {@link POSITIONS} steps. A logarithmic range that begins at 0 has 0 at its left end
 * and the orders of magnitude after it.
 */
export function positionOf(value: number, range: Range): number {
  const { min, max } = range;
  const clamped = Math.min(max, Math.max(min, value));
  const share = range.log
    ? Math.log(Math.max(clamped, floorOf(range)) / floorOf(range)) / Math.log(max / floorOf(range))
    : (clamped - min) / (max - min);
  return Math.round(share * POSITIONS);
}

/** The value at a position, rounded as far as a person would: to the field's step, or to two significant digits. */
export function valueAt(position: number, range: Range, whole: boolean): number {
  const { min, max } = range;
  if (position <= 0) return min;
  if (position >= POSITIONS) return max;
  const share = position / POSITIONS;
  const exact = range.log ? floorOf(range) * (max / floorOf(range)) ** share : min + share * (max - min);
  return allowed(Math.min(max, Math.max(min, rounded(exact, range, whole))), range, exact * 2 > (range.offUpTo ?? 0));
}

/** A value between off and the first that is on becomes one of the two. */
function allowed(value: number, { offUpTo = 0, step = offUpTo }: Range, up: boolean): number {
  if (value <= 0 || value > offUpTo) return value;
  return up ? offUpTo + step : 0;
}

/** One press of an arrow key: the field's step, or one that suits the value's size. */
export function nudged(value: number, direction: 1 | -1, range: Range, whole: boolean): number {
  const by = range.step ?? increment(value, direction, range, whole);
  const next = value + direction * by;
  return allowed(Math.min(range.max, Math.max(range.min, Number(next.toPrecision(12)))), range, direction > 0);
}

function increment(value: number, direction: 1 | -1, range: Range, whole: boolean): number {
  if (whole) return value < 100 ? 1 : 10 ** (magnitude(value) - 1);
  if (!range.log) return 10 ** magnitude((range.max - range.min) / 50);
  const size = Math.max(value, floorOf(range));
  // Down from 1e-4 is 9e-5, not 0.
  return 10 ** (magnitude(size) - (direction < 0 && isPowerOfTen(size) ? 1 : 0));
}

function rounded(exact: number, { step }: Range, whole: boolean): number {
  if (step !== undefined) return Number((Math.round(exact / step) * step).toPrecision(12));
  if (whole && Math.abs(exact) < 100) return Math.round(exact);
  const short = Number(exact.toPrecision(2));
  return whole ? Math.round(short) : short;
}

function floorOf({ min, max }: Range): number {
  return min > 0 ? min : max / 1e6;
}

function magnitude(size: number): number {
  return Math.floor(Math.log10(size) + 1e-9);
}

function isPowerOfTen(size: number): boolean {
  return Math.abs(Math.log10(size) - magnitude(size)) < 1e-6;
}
