import { describe, expect, it } from "vitest";
import { compareGradients, compareLearning, compareScores, SHAPES, testWeights } from "../parity.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { simdPolicy } from "./simdPolicy.ts";

describe.each(Object.entries(SHAPES))("with the shape %s", (_, shape) => {
  it("says and learns what the float64 reference does", async () => {
    const policy = await simdPolicy(shape, testWeights(shape));
    const reference = referencePolicy(shape, testWeights(shape));
    for (const compare of [compareScores, compareGradients]) {
      for (const [name, distance] of Object.entries(await compare(policy, reference))) {
        expect.soft(distance, name).toBeLessThan(1e-5);
      }
    }
    const learned = await compareLearning(policy, reference, 3);
    for (const [name, distance] of Object.entries(learned)) expect.soft(distance, name).toBeLessThan(1e-4);
  });
});
