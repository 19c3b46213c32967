import { randomWeights } from "../policy/init.ts";
import { openPolicy } from "../policy/open.ts";
import { freshState, type Policy } from "../policy/policy.ts";
import { SIZES } from "../policy/shape.ts";

const folder = new URL("../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname;
const WASM_FILES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** Where tests in Node find tfjs's wasm files. */
export const WASM_PATHS = Object.fromEntries(WASM_FILES.map((file) => [file, folder + file]));

/** An untrained nano policy on the SIMD kernels, for tests of what runs on a policy. */
export async function nanoPolicy(seed = 1): Promise<Policy> {
  const state = freshState(SIZES.nano, randomWeights(SIZES.nano, seed));
  return (await openPolicy(state, { policy: "simd", backend: "wasm" })).policy;
}
