/** Bytes between two turns of the event loop: about 10 ms on a slow machine. */
const CHUNK = 4 << 20;

/**
 * Checksum of a checkpoint's bytes, as 8 hexadecimal digits, against damage in a store: every change within one 32-bit word
 * gives another. Of words and not of bytes, since megabytes are summed every few seconds. Not for files that travel between
 * machines: it depends on the order of bytes within a word.
 */
export function checksum(bytes: Uint8Array<ArrayBuffer>): string {
  return digits(grown(START, bytes), bytes);
}

/** The same, in turns: the page stays alive while it is taken. */
export async function checksumInTurns(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  let sum = START;
  for (let at = 0; at < bytes.length; at += CHUNK) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    sum = grown(sum, bytes.subarray(at, at + CHUNK));
  }
  return digits(sum, bytes);
}

const START = 0x811c9dc5;

/** Each step is a bijection of the sum and of the word, so no single word can change unseen (multiplier and shift of MurmurHash2). */
const step = (sum: number, word: number) => {
  const mixed = Math.imul(sum ^ word, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
};

function grown(sum: number, { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): number {
  const words = new Int32Array(buffer, byteOffset, length >>> 2);
  let now = sum;
  for (let i = 0; i < words.length; i++) now = step(now, words[i]!);
  const rest = new Uint8Array(buffer, byteOffset + (length & ~3), length & 3);
  for (const byte of rest) now = step(now, byte);
  return now;
}

/** The length counts too: a file that was cut off at a zero is another one. */
const digits = (sum: number, { length }: Uint8Array) => (step(sum, length) >>> 0).toString(16).padStart(8, "0");
