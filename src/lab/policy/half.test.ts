import { expect, it } from "vitest";
import { halfBits, halfToNumber } from "./half.ts";

it("gives the bits of IEEE half precision", () => {
  const cases: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1e6, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -26, 0x0000],
    [1 / 3, 0x3555],
    // Ties go to the even neighbour; a full mantissa carries.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
  ];
  for (const [value, bits] of cases) expect([value, halfBits(value).toString(16)]).toEqual([value, bits.toString(16)]);
  expect(halfBits(Number.NaN)).toBe(0x7e00);
});

it("reads and writes every half as it is, and rounds what lies between two to the nearer, ties to even", () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [low, high] = [halfToNumber(bits), halfToNumber(bits + 1)];
    const above = bits === 0x7bff ? 65_536 : high;
    const middle = (low + above) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    const nearest = [low, middle - (above - low) / 64, middle, middle + (above - low) / 64].map(halfBits);
    if (nearest.join() !== [bits, bits, even, bits + 1].join())
      expect([bits, ...nearest]).toEqual([bits, bits, bits, even, bits + 1]);
    if (halfBits(-low) !== (bits | 0x8000)) expect(halfBits(-low)).toBe(bits | 0x8000);
  }
  expect(halfToNumber(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
  expect(halfToNumber(0x7e01)).toBeNaN();
});
