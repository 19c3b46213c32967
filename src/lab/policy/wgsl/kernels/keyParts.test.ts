import { expect, test } from "vitest";
import { keyParts } from "./keyParts.ts";

test("as many threads share a token's keys as fit into 16 KiB of workgroup memory, and one where barriers are dear", () => {
  const bytes = (quads: number) => {
    const { parts, tokens } = keyParts(true, quads);
    return (parts - 1) * tokens * quads * 16;
  };
  // Both sums of a key, for heads of 8 to 128 numbers.
  expect([4, 8, 16, 32, 64].map((quads) => keyParts(true, quads).parts)).toEqual([4, 4, 4, 2, 1]);
  for (const quads of [4, 8, 16, 17, 32, 33, 64]) expect(bytes(quads)).toBeLessThanOrEqual(16_384);
  for (const quads of [4, 64]) expect(keyParts(false, quads)).toEqual({ parts: 1, tokens: 64 });
});
