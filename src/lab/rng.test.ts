import { describe, expect, it } from "vitest";
import { bits, normal, rngFor, threefry2x32, uniform } from "./rng.ts";

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

describe("threefry2x32", () => {
  // Known-answer tests of the Random123 distribution (kat_vectors, threefry2x32 20).
  it("gives the published words for zero, all-ones and pi inputs", () => {
    expect(hex(threefry2x32(0, 0, 0, 0))).toBe("6b200159 99ba4efe");
    expect(hex(threefry2x32(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff))).toBe("1cb996fc bb002be7");
    expect(hex(threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3))).toBe("c4923a9c 483df7a0");
  });
});

describe("uniform and normal", () => {
  const key = { seed: 7, stream: 3, step: 11 };
  it("are pure functions of where they are used", () => {
    expect(uniform(key, 4, 5)).toBe(uniform({ ...key }, 4, 5));
    expect(bits(key, 4, 5)).not.toBe(bits(key, 5, 4));
    expect(bits({ ...key, step: 12 }, 4, 5)).not.toBe(bits(key, 4, 5));
  });
  it("have the moments of their distributions", () => {
    let sum = 0;
    let square = 0;
    let normals = 0;
    const n = 20_000;
    for (let row = 0; row < n; row++) {
      sum += uniform(key, row, 0);
      const z = normal(key, row, 1);
      normals += z;
      square += z * z;
    }
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(normals / n).toBeCloseTo(0, 1);
    expect(square / n).toBeCloseTo(1, 1);
  });
  it("refuses a row or a position that would collide with another", () => {
    expect(() => bits(key, 2 ** 20, 0)).toThrow("row must be in [0, 2^20)");
    expect(() => bits(key, 0, 4096)).toThrow(RangeError);
  });
});

describe("rngFor", () => {
  it("shuffles without losing an item, and repeats itself", () => {
    const key = { seed: 1, stream: 2, step: 3 };
    const once = rngFor(key, 9).shuffle([1, 2, 3, 4, 5]);
    expect([...once].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(rngFor(key, 9).shuffle([1, 2, 3, 4, 5])).toEqual(once);
  });
});
