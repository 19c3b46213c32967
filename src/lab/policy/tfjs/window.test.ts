import { describe, expect, it } from "vitest";
import type { Sequences } from "../policy.ts";
import { creditOf, scoresOf, windowOf } from "./window.ts";

/** Two rows of 8 tokens that begin at 2 and 3; the first scores positions 4 and 6, the second position 5. */
const batch: Sequences = {
  rows: 2,
  length: 8,
  ids: new Int32Array(16),
  starts: Int32Array.of(2, 3),
  mask: Float32Array.of(0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0),
};

describe("the window of a batch", () => {
  it("runs from the first real token to the last scored position, and asks from the first scored one", () => {
    expect(windowOf(batch, 1)).toEqual({ rows: 2, from: 2, length: 5, unasked: 2 });
    const early = { ...batch, mask: batch.mask.map((value, i) => (i % 7 < 6 ? value : 0)) };
    expect(windowOf(early, 1)).toEqual({ rows: 2, from: 2, length: 4, unasked: 2 });
  });

  it("has sizes in steps of the grain, as far as the batch goes", () => {
    expect(windowOf(batch, 4)).toEqual({ rows: 2, from: 2, length: 5, unasked: 1 });
    expect(windowOf({ ...batch, starts: Int32Array.of(0, 0) }, 3)).toEqual({ rows: 2, from: 0, length: 7, unasked: 4 });
  });

  it("is a single position where nothing is scored", () => {
    const window = windowOf({ ...batch, mask: new Float32Array(14) }, 1);
    expect(window.length - window.unasked).toBe(1);
  });

  it("puts scores where the mask is 1 and takes credits from there only", () => {
    const window = windowOf(batch, 1); // asks positions 4, 5, 6
    const values = Float32Array.from({ length: 4 * 6 }, (_, i) => i + 1);
    const { logp, meanLogp } = scoresOf(batch, window, values);
    expect([...logp]).toEqual([0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 5, 0]);
    expect([...meanLogp]).toEqual([0, 0, 0, 0, 19, 0, 21, 0, 0, 0, 0, 0, 23, 0]);
    const credit = creditOf(batch, window, { dLogp: Float32Array.from({ length: 14 }, (_, i) => i) });
    expect([...credit.dLogp]).toEqual([4, 0, 6, 0, 12, 0]);
    expect(credit.dEntropy).toBeUndefined();
  });
});
