/**
 * Counter-based random numbers: Threefry-2x32, 20 rounds (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC 2011). Additions, rotations and exclusive-ors of 32-bit words only, so that WGSL computes the same bits.
 * No state: a number is a pure function of where it is used.
 */
export const Streams = {
  init: 1,
  demos: 2,
  prompts: 3,
  rollouts: 4,
  evaluation: 5,
  evaluationSampling: 6,
  shuffle: 7,
  pairs: 8,
  hints: 9,
  style: 10,
  rewardModel: 11,
  bootstrap: 12,
  tests: 13,
  survey: 14,
} as const;

/** Where random numbers are drawn for: fixes everything but row and position. */
export interface RandomKey {
  readonly seed: number;
  /** One of {@link Streams}: keeps the draws of different purposes apart. */
  readonly stream: number;
  readonly step: number;
}

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;
/** Rows and positions share one counter word. */
export const POSITION_BITS = 12;

/** Two independent 32-bit words (as unsigned numbers) for a 64-bit key and a 64-bit counter. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0 | 0, key1 | 0, key0 ^ key1 ^ PARITY];
  let x0 = (counter0 + keys[0]!) | 0;
  let x1 = (counter1 + keys[1]!) | 0;
  for (let group = 0; group < 5; group++) {
    for (let round = 0; round < 4; round++) {
      const rotation = ROTATIONS[(group % 2) * 4 + round]!;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    }
    x0 = (x0 + keys[(group + 1) % 3]!) | 0;
    x1 = (x1 + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/**
 * 32 random bits for (seed, stream, step, row, position); row < 2^20, position < 2^12.
 * @throws {RangeError} outside those bounds.
 */
export function bits(key: RandomKey, row: number, position: number): number {
  return threefry2x32(key.seed, key.stream, key.step, counterWord(row, position))[0];
}

/** Uniform in [0, 1), a multiple of 2^-24: the same float32 in TypeScript and in WGSL. */
export function uniform(key: RandomKey, row: number, position: number): number {
  return (bits(key, row, position) >>> 8) * 2 ** -24;
}

/** Standard normal by Box–Muller, from the two words of one counter. */
export function normal(key: RandomKey, row: number, position: number): number {
  const [a, b] = threefry2x32(key.seed, key.stream, key.step, counterWord(row, position));
  const radius = Math.sqrt(-2 * Math.log(((a >>> 8) + 1) * 2 ** -24));
  return radius * Math.cos(2 * Math.PI * (b >>> 8) * 2 ** -24);
}

function counterWord(row: number, position: number): number {
  if (!(row >= 0 && row < 2 ** (32 - POSITION_BITS) && position >= 0 && position < 2 ** POSITION_BITS)) {
    throw new RangeError(
      `rng: row must be in [0, 2^20) and position in [0, 2^12), got row ${row}, position ${position}`,
    );
  }
  return ((row << POSITION_BITS) | position) >>> 0;
}

/** Draws in sequence from one (key, row), for code that makes problems and styles. At most 2^12 draws a row. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, n). */
  below(n: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/** The sequential generator of one row. */
export function rngFor(key: RandomKey, row: number): Rng {
  let position = 0;
  const next = () => uniform(key, row, position++);
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    pick(items) {
      if (items.length === 0) throw new RangeError("rng.pick: items must not be empty");
      return items[below(items.length)]!;
    },
    shuffle(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
  };
}
