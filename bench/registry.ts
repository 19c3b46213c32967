import type { Contender } from "./contender.ts";
import { ourPolicy } from "./ourPolicy.ts";
import { jaxJs } from "./peers/jaxJs.ts";
import { nanogpt } from "./peers/nanogpt.ts";
import { plainTfjs } from "./peers/plainTfjs.ts";

/** Everyone who is measured. A policy of ours is one line. */
export const CONTENDERS: readonly Contender[] = [
  ourPolicy("tfjs", ["wasm", "webgpu", "cpu"], "our portable policy: tfjs ops, forward and backward written by hand"),
  ourPolicy("wgsl", ["webgpu"], "our fast policy: recorded WebGPU plans of our own kernels"),
  plainTfjs,
  jaxJs,
  nanogpt,
];
