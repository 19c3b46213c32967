import { expect, it } from "vitest";
import { SIZES } from "../shape.ts";
import { circle, exponential, logarithm, rotaryTables, wholePower } from "./rotation.ts";

const near = (value: number, expected: number, tolerance: number) =>
  expect(Math.abs(value - expected), `${value} for ${expected}`).toBeLessThan(tolerance);

it("has the elementary functions to 1e-13", () => {
  for (let i = 0; i < 2000; i++) {
    const angle = i * 0.73;
    const [c, s] = circle(angle);
    near(c, Math.cos(angle), 1e-13);
    near(s, Math.sin(angle), 1e-13);
    const x = 10 ** (i / 200 - 3);
    near(logarithm(x), Math.log(x), 1e-13 * Math.max(1, Math.abs(Math.log(x))));
    near(exponential(-i / 100) / Math.exp(-i / 100), 1, 1e-13);
  }
  near(wholePower(0.999, 1000) / 0.999 ** 1000, 1, 1e-12);
  expect(wholePower(0.9, 0)).toBe(1);
});

it("turns the pair i at position t by t · θ^(−2i/D)", () => {
  const { cos, sin } = rotaryTables(SIZES.tiny);
  for (const [t, i] of [
    [0, 0],
    [1, 0],
    [255, 3],
    [17, 7],
  ] as const) {
    const angle = t * SIZES.tiny.ropeTheta ** (-i / 8);
    near(cos[t * 8 + i]!, Math.cos(angle), 1e-7);
    near(sin[t * 8 + i]!, Math.sin(angle), 1e-7);
  }
});
