import { simdPolicy } from "../src/lab/policy/simd/simdPolicy.ts";
import { tfjsPolicy } from "../src/lab/policy/tfjs/tfjsPolicy.ts";
import { requestGpuDevice } from "../src/lab/policy/wgsl/device/device.ts";
import { wgslPolicy } from "../src/lab/policy/wgsl/wgslPolicy.ts";
import type { Contender } from "./contender.ts";
import { ourPolicy } from "./ourPolicy.ts";
import { jaxJs } from "./peers/jaxJs.ts";
import { nanogpt } from "./peers/nanogpt.ts";
import { plainTfjs } from "./peers/plainTfjs.ts";

/** Everyone who is measured. A policy of ours is one entry. */
export const CONTENDERS: readonly Contender[] = [
  ourPolicy(
    "tfjs",
    ["wasm", "webgpu", "cpu"],
    "our portable policy: tfjs ops, forward and backward written by hand",
    ({ shape, weights }, { backend, wasmPaths }) => tfjsPolicy(shape, weights, { backend, wasmPaths }),
  ),
  ourPolicy(
    "simd",
    ["wasm"],
    "our policy where there is no GPU: WebAssembly SIMD kernels of our own, one thread",
    ({ shape, weights }) => simdPolicy(shape, weights),
  ),
  ourPolicy(
    "simd-fused",
    ["wasm"],
    "the same kernels with multiply-adds that are rounded once, where the processor has them",
    ({ shape, weights }) => simdPolicy(shape, weights, "fused"),
  ),
  ourPolicy(
    "wgsl",
    ["webgpu"],
    "our fast policy: recorded WebGPU plans of our own kernels, on a device of their own",
    async ({ shape, weights }) =>
      wgslPolicy(shape, weights, { device: await requestGpuDevice(navigator.gpu), ownDevice: true }),
  ),
  plainTfjs,
  jaxJs,
  nanogpt,
];
