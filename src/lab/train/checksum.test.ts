import { expect, test } from "vitest";
import { checksum, checksumInTurns } from "./checksum.ts";

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);

test("every flipped bit of a small file, its end included, gives another checksum", () => {
  const whole = bytes(67);
  const right = checksum(whole);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = whole.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(checksum(damaged), `bit ${bit}`).not.toBe(right);
  }
});

test("a file that is cut off or grown by zeros gives another checksum", () => {
  const whole = new Uint8Array(64);
  for (const length of [0, 4, 60, 63, 65, 68]) expect(checksum(new Uint8Array(length))).not.toBe(checksum(whole));
});

test("in turns or at once it is the same, also where the last turn is a part", async () => {
  for (const length of [0, 5, (4 << 20) + 7])
    expect(await checksumInTurns(bytes(length))).toBe(checksum(bytes(length)));
});
