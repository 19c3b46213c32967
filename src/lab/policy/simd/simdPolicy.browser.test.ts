import { expect, it } from "vitest";
import { testWeights } from "../testing/parity.ts";
import { simdPolicy } from "./simdPolicy.ts";
import { bitsOf, digest, TRAINED_BITS, TRAINED_SHAPE } from "./testTraining.ts";

it("computes in this browser the bits that it computes in Node", async () => {
  const policy = await simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
  expect(await digest(await bitsOf(policy))).toBe(TRAINED_BITS);
});
