import { expect, it } from "vitest";
import { randomWeights } from "../init.ts";
import { forward64 } from "../reference/forward.ts";
import { type PolicyShape, SIZES } from "../shape.ts";
import { openScorer } from "./scoreSequences.ts";

const shape: PolicyShape = { ...SIZES.nano, layers: 2, kvHeads: 1, vocabSize: 40, tied: true };
const weights = randomWeights(shape, 3);
const head = Float32Array.from({ length: shape.width }, (_, i) => Math.sin(3 * i));

/** In float64, by the reference's logits of a model whose head for tokens has the score's weights as its first row. */
function truth(ids: readonly number[]): number {
  const untied = { ...shape, tied: false };
  const rows = new Float32Array(shape.vocabSize * shape.width);
  rows.set(head);
  const { logits } = forward64(untied, Float32Array.from([...weights, ...rows]), {
    ...{ rows: 1, length: ids.length, ids: Int32Array.from(ids), starts: Int32Array.of(0) },
    mask: new Float32Array(ids.length - 1),
  });
  return logits[(ids.length - 1) * shape.vocabSize]!;
}

it("gives sequences of any lengths the score of a float64 computation", async () => {
  const score = await openScorer(shape, weights, { weights: head, padding: undefined });
  const sequences = Array.from({ length: 24 }, (_, row) =>
    Array.from({ length: 1 + ((row * 7) % 60) }, (_, t) => (row * 5 + t * t) % shape.vocabSize),
  );
  const scores = score(sequences);
  expect(scores).toHaveLength(sequences.length);
  for (const [at, ids] of sequences.entries()) expect(Math.abs(scores[at]! - truth(ids))).toBeLessThan(1e-5);
  expect(new Set(scores).size).toBeGreaterThan(20);
  expect(score([])).toHaveLength(0);
});

it("reads the state of the last token that is not padding, of the first where all are", async () => {
  const score = await openScorer(shape, weights, { weights: head, padding: 2 });
  const [padded, within, all] = score([
    [5, 6, 2, 2],
    [5, 2, 6],
    [2, 2],
  ]);
  expect(Math.abs(padded! - truth([5, 6]))).toBeLessThan(1e-5);
  expect(Math.abs(within! - truth([5, 2, 6]))).toBeLessThan(1e-5);
  expect(Math.abs(all! - truth([2]))).toBeLessThan(1e-5);
});
