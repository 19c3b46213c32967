import { describe, expect, it } from "vitest";
import { recipe } from "../testRecipe.ts";
import type { Policy } from "./policy.ts";
import type { PolicyShape } from "./shape.ts";
import { SHAPES, testStep, testWeights } from "./testing/parity.ts";
import { testPolicyContract } from "./testing/testPolicyContract.ts";

type Counting = (shape: PolicyShape, weights: Float32Array) => Policy & { readonly updates: number };
const { countingPolicy } = (await recipe("src/lab/policy/counting/countingPolicy.ts")) as { countingPolicy: Counting };

describe("the policy of CONTRIBUTING.md", () => {
  testPolicyContract(async (shape, weights) => countingPolicy(shape, weights));

  it("counts its updates", async () => {
    const policy = countingPolicy(SHAPES.nano!, testWeights(SHAPES.nano!));
    await testStep(policy, 1);
    expect(policy.updates).toBe(1);
  });
});
