import fc from "fast-check";
import { expect, test } from "vitest";
import { smoothed } from "./smooth.ts";

test("the first value is itself, and later ones are averages that forget at the given rate", () => {
  // Worked by hand for w = 0.5: 4; (2 + 0.5·1... ) = (0.5·2 + 4·0.25) / 0.75; then bias 0.875.
  const [a, b, c] = smoothed([4, 2, 8], 3, 0.5);
  expect(a).toBeCloseTo(4, 12);
  expect(b).toBeCloseTo((0.25 * 4 + 0.5 * 2) / 0.75, 12);
  expect(c).toBeCloseTo((0.125 * 4 + 0.25 * 2 + 0.5 * 8) / 0.875, 12);
});

test("without a weight nothing changes; gaps stay gaps and count for nothing", () => {
  expect([...smoothed([1, 5, 2], 3, 0)]).toEqual([1, 5, 2]);
  const gapped = smoothed([4, Number.NaN, 2], 3, 0.5);
  expect(gapped[1]).toBeNaN();
  expect(gapped[2]).toBeCloseTo(smoothed([4, 2], 2, 0.5)[1]!, 12);
});

test("a constant stays exactly where it is from the first point on, and no average leaves the values' range", () => {
  const weight = fc.double({ min: 0, max: 0.99, noNaN: true });
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(weight, values, (w, ys) => {
      const level = smoothed(
        ys.map(() => 3),
        ys.length,
        w,
      );
      for (const y of level) expect(y).toBeCloseTo(3, 9);
      for (const y of smoothed(ys, ys.length, w)) {
        expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-6);
        expect(y).toBeLessThanOrEqual(Math.max(...ys) + 1e-6);
      }
    }),
  );
});
