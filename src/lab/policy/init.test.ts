import { expect, it } from "vitest";
import { randomWeights } from "./init.ts";
import { layoutOf, SIZES } from "./shape.ts";

it("draws norms of 1 and matrices of the stated spread, the same for the same seed only", () => {
  const shape = SIZES.tiny;
  const weights = randomWeights(shape, 7);
  expect(randomWeights(shape, 7)).toEqual(weights);
  expect(randomWeights(shape, 8)).not.toEqual(weights);
  for (const { name, offset, size } of layoutOf(shape)) {
    const values = weights.subarray(offset, offset + size);
    if (name.endsWith("norm.weight")) expect(values.every((value) => value === 1)).toBe(true);
    else {
      const deviation = 0.8 / Math.sqrt(shape.width);
      const std = /(o|down)_proj/.test(name) ? deviation / Math.sqrt(2 * shape.layers) : deviation;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / size);
      // 3,840 draws at least: the sample's spread lies within 1/sqrt(2n) = 1.1% of std, five times that here.
      expect(Math.abs(spread / std - 1), name).toBeLessThan(0.06);
    }
  }
});
