import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Sha256 } from "./sha256.ts";

const digest = (...pieces: Uint8Array[]) => {
  const sha = new Sha256();
  for (const piece of pieces) sha.update(piece);
  return sha.digest();
};

test("the standard's own example comes out", () => {
  expect(digest(new TextEncoder().encode("abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("bytes in any pieces have the digest of Node's own hash", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(digest(a, b)).toBe(createHash("sha256").update(a).update(b).digest("hex"));
    }),
  );
});
