/*
 * The two 16-bit number formats of checkpoints. Every half (IEEE binary16) and every bfloat16 is a float32, so reading is
 * exact; writing a half rounds to the nearest, ties to even.
 */

/** From here on a number rounds to a half-precision infinity; the largest finite half is 65504. */
export const HALF_OVERFLOW = 65_520;

/**
 * The bits of the nearest IEEE half-precision number, ties to even; from {@link HALF_OVERFLOW} an infinity.
 * Weights of shipped checkpoints are stored so: half the download, 11 significant bits.
 */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= HALF_OVERFLOW) return sign | 0x7c00;
  if (size < 2 ** -25) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const scaled = roundHalfToEven(size / 2 ** (exponent - 10));
  // A mantissa that rounds up to the next power of two carries into the exponent by itself.
  return sign | (scaled + (exponent + 14) * 1024);
}

/** What the last bit of a fraction is worth, by exponent. */
const UNITS = Float64Array.from({ length: 0x1f }, (_, exponent) => 2 ** (Math.max(1, exponent) - 25));

/** The number that 16 bits of IEEE half precision stand for. */
export function halfToNumber(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction : 1024 + fraction) * UNITS[exponent]!;
}

function roundHalfToEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest > 0.5 || (rest === 0.5 && low % 2 === 1)) return low + 1;
  return low;
}
