import { describe } from "vitest";
import { testPolicyContract } from "../testing/testPolicyContract.ts";
import { simdPolicy } from "./simdPolicy.ts";

describe("the SIMD policy", () => {
  testPolicyContract(simdPolicy);
});
