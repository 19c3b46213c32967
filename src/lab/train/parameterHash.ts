/** 64-bit FNV-1a over the bytes of the weights, as 16 hex digits: equal hashes mean equal bits. */
export function parameterHash(weights: Float32Array): string {
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  // The 64-bit state in two halves, because BigInt costs a second for a million weights; in whole 32-bit numbers alone, because
  // a checkpoint every few dozen steps is hashed too.
  let high = 0xcbf29ce4 | 0;
  let low = 0x84222325 | 0;
  for (let i = 0; i < bytes.length; i++) {
    low ^= bytes[i]!;
    // Multiply by 2^40 + 0x1b3. Only the two short products wait for the byte before.
    const upper = (low >>> 16) * 0x1b3 + (((low & 0xffff) * 0x1b3) >>> 16);
    high = (Math.imul(high, 0x1b3) + (upper >>> 16) + (low << 8)) | 0;
    low = Math.imul(low, 0x1b3);
  }
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
  return hex(high) + hex(low);
}
