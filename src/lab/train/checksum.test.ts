import { afterEach, expect, test, vi } from "vitest";
import { checksum, matches } from "./checksum.ts";

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);

afterEach(() => void vi.useRealTimers());

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

test("a checksum of an earlier build, in eight digits, tells a damaged file too", async () => {
  const long = new Uint8Array((4 << 20) + 7).fill(3, 9);
  for (const [whole, sum] of [
    [bytes(5), "05402165"],
    [bytes(22), "c9d64de5"],
    [long, "78fa2a8b"],
  ] as const) {
    expect(await matches(whole, sum)).toBe(true);
    whole[4]! ^= 1;
    expect(await matches(whole, sum)).toBe(false);
  }
});

test("the turns wait for no timer, which a hidden page has once a minute", async () => {
  vi.useFakeTimers();
  const long = new Uint8Array((4 << 20) + 7);
  expect(await matches(long, checksum(long))).toBe(true);
});
