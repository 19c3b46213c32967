import { expect, it } from "vitest";
import { parameterHash } from "./parameterHash.ts";

/** The same function with BigInt, from the definition. */
function fnv1a(bytes: Uint8Array): string {
  let state = 0xcbf29ce484222325n;
  for (const byte of bytes) state = ((state ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return state.toString(16).padStart(16, "0");
}

it("agrees with the definition of 64-bit FNV-1a and sees a single flipped bit", () => {
  const weights = Float32Array.from({ length: 257 }, (_, i) => Math.sin(i) * 3);
  expect(parameterHash(weights)).toBe(fnv1a(new Uint8Array(weights.buffer)));
  const before = parameterHash(weights);
  const bytes = new Uint8Array(weights.buffer);
  bytes[500] = bytes[500]! ^ 1;
  expect(parameterHash(weights)).not.toBe(before);
});
