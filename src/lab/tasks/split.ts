/** One ordinary problem in this many is kept from training, for the in-distribution evaluation. */
const HELD_OUT = 8;
const TRIES = 600;

/**
 * Whether an ordinary problem is for training or for evaluation: a fixed function of its canonical text, so that no seed
 * and no order of draws can mix the two. Problems that differ only in writing share one canonical text.
 */
export function splitOf(canonical: string): "train" | "id" {
  return splitHash(canonical) % HELD_OUT === 0 ? "id" : "train";
}

/** 32 bits of a text: FNV-1a over the characters, then the final mixing of MurmurHash3, since FNV's low bits are weak on short texts. */
export function splitHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The first drawn value that fits.
 * @throws {RangeError} after 600 misses: the parameters leave (almost) nothing to draw.
 */
export function drawUntil<T>(draw: () => T, fits: (value: T) => boolean, what: string): T {
  for (let i = 0; i < TRIES; i++) {
    const value = draw();
    if (fits(value)) return value;
  }
  throw new RangeError(`${what} must exist for these parameters, got none in ${TRIES} draws`);
}
