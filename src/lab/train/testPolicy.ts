import { randomWeights } from "../policy/init.ts";
import { openPolicy } from "../policy/open.ts";
import { freshState, type Policy } from "../policy/policy.ts";
import { SIZES } from "../policy/shape.ts";

/** An untrained nano policy on the SIMD kernels, for tests of what runs on a policy. */
export async function nanoPolicy(seed = 1): Promise<Policy> {
  const state = freshState(SIZES.nano, randomWeights(SIZES.nano, seed));
  return (await openPolicy(state, { policy: "simd", backend: "wasm" })).policy;
}
