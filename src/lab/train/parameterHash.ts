/** 64-bit FNV-1a over the bytes of the weights, as 16 hex digits: equal hashes mean equal bits. */
export function parameterHash(weights: Float32Array): string {
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  // The 64-bit state in two halves, because BigInt costs a second for a million weights.
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < bytes.length; i++) {
    low = (low ^ bytes[i]!) >>> 0;
    // Multiply by 2^40 + 0x1b3.
    const product = low * 0x1b3;
    const carry = Math.floor(product / 2 ** 32);
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  const hex = (word: number) => word.toString(16).padStart(8, "0");
  return hex(high) + hex(low);
}
