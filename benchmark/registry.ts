import type { TrainingPolicy } from "../src/lab/policies.ts";
import { simdPolicy } from "../src/lab/policy/simd/simdPolicy.ts";
import { tfjsPolicy } from "../src/lab/policy/tfjs/tfjsPolicy.ts";
import { requestGpuDevice } from "../src/lab/policy/wgsl/device/device.ts";
import { wgslPolicy } from "../src/lab/policy/wgsl/wgslPolicy.ts";
import type { Contender } from "./contender.ts";
import { ourPolicy } from "./ourPolicy.ts";
import { jaxJs } from "./peers/jaxJs.ts";
import { nanogpt } from "./peers/nanogpt.ts";
import { plainTfjs } from "./peers/plainTfjs.ts";

/** What makes each of our policies, in the order of measuring. */
const OURS: Readonly<Record<TrainingPolicy, Parameters<typeof ourPolicy>[1]>> = {
  tfjs: ({ shape, weights }, { backend, wasmPaths }) => tfjsPolicy(shape, weights, { backend, wasmPaths }),
  simd: ({ shape, weights }, { threads, startThreads }) =>
    simdPolicy(shape, weights, { threads: startThreads(threads) }),
  "simd-fused": ({ shape, weights }, { threads, startThreads }) =>
    simdPolicy(shape, weights, { variant: "fused", threads: startThreads(threads) }),
  wgsl: async ({ shape, weights }) => {
    const device = await requestGpuDevice(navigator.gpu);
    // Dawn's adapter that computes nothing can prove nothing.
    const trusting = device.adapterInfo?.device === "null-backend";
    return wgslPolicy(shape, weights, { device, ownDevice: true, trusting });
  },
};

/** Everyone who is measured. */
export const CONTENDERS: readonly Contender[] = [
  ...Object.entries(OURS).map(([name, open]) => ourPolicy(name as TrainingPolicy, open)),
  {
    ...ourPolicy("simd", ({ shape, weights }) => simdPolicy(shape, weights), "simd, one thread"),
    leastThreads: 2,
  },
  plainTfjs,
  jaxJs,
  nanogpt,
];
