import { expect, test } from "vitest";
import { checksum, matches } from "./checksum.ts";

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
  const long = new Uint8Array((4 << 20) + 7).fill(3, 9);
  for (const whole of [bytes(0), bytes(5), bytes(22), long]) {
    expect(await matches(whole, checksum(whole))).toBe(true);
    expect(await matches(whole, checksum(bytes(23)))).toBe(false);
  }
});

test("of a checksum of an earlier build, in eight digits, nothing can be said", async () => {
  expect(await matches(bytes(5), "0123abcd")).toBe(true);
});
