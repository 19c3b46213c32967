import { nextTurn } from "../nextTurn.ts";

/** Bytes between two turns of the event loop: about 10 ms on a slow machine. */
const CHUNK = 4 << 20;

/**
 * Checksum of a checkpoint's bytes, as 16 hexadecimal digits, against damage in a store: every change within one 32-bit word
 * gives another. Of words and not of bytes, since megabytes are summed every few seconds. Not for files that travel between
 * machines: it depends on the order of bytes within a word.
 */
export function checksum(bytes: Uint8Array<ArrayBuffer>): string {
  return digits(grown(START, bytes), bytes);
}

/** Whether bytes are those of a checksum; the page stays alive while it is taken. Earlier builds summed otherwise, in 8 digits. */
export async function matches(bytes: Uint8Array<ArrayBuffer>, sum: string): Promise<boolean> {
  if (sum.length === EARLIER) return hex(step(await inTurns(START[0], grownAlone, bytes), bytes.length)) === sum;
  return digits(await inTurns(START, grown, bytes), bytes) === sum;
}

const EARLIER = 8;

async function inTurns<S>(
  start: S,
  next: (sums: S, part: Uint8Array<ArrayBuffer>) => S,
  bytes: Uint8Array<ArrayBuffer>,
) {
  let sums = start;
  for (let at = 0; at < bytes.length; at += CHUNK) {
    if (at > 0) await nextTurn();
    sums = next(sums, bytes.subarray(at, at + CHUNK));
  }
  return sums;
}

/** Four chains over every fourth word, each of which waits for its own last product alone: a third of the time of one. */
type Sums = readonly [number, number, number, number];
const START: Sums = [0x811c9dc5, 0x01000193, 0x9747b28c, 0x1b873593];

/** Each step is a bijection of the sum and of the word, so no single word can change unseen (multiplier and shift of MurmurHash2). */
const step = (sum: number, word: number) => {
  const mixed = Math.imul(sum ^ word, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
};

function grown(sums: Sums, { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Sums {
  const words = new Int32Array(buffer, byteOffset, length >>> 2);
  const whole = words.length & ~3;
  let [a, b, c, d] = sums;
  for (let i = 0; i < whole; i += 4) {
    a = step(a, words[i]!);
    b = step(b, words[i + 1]!);
    c = step(c, words[i + 2]!);
    d = step(d, words[i + 3]!);
  }
  const rest = new Uint8Array(buffer, byteOffset + 4 * whole, length - 4 * whole);
  for (const byte of rest) a = step(a, byte);
  return [a, b, c, d];
}

/** The one chain of earlier builds. */
function grownAlone(sum: number, { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): number {
  const words = new Int32Array(buffer, byteOffset, length >>> 2);
  const rest = new Uint8Array(buffer, byteOffset + 4 * words.length, length & 3);
  return rest.reduce(step, words.reduce(step, sum));
}

/** The length counts too: a file that was cut off at a zero is another one. */
function digits([a, b, c, d]: Sums, { length }: Uint8Array): string {
  const forth = [b, c, d, length].reduce(step, a);
  const back = [c, b, a, length].reduce(step, d);
  return hex(forth) + hex(back);
}

const hex = (sum: number) => (sum >>> 0).toString(16).padStart(8, "0");
