/** Where a policy computes, in the order of the menu: its words, and whether it takes a GPU. */
export const BACKENDS = {
  webgpu: { label: "WebGPU", takesGpu: true },
  wasm: { label: "WebAssembly", takesGpu: false },
  cpu: { label: "plain JavaScript", takesGpu: false },
} as const;

export type BackendName = keyof typeof BACKENDS;

interface PolicyEntry {
  /** In the page's menu; the command line alone has one without. */
  readonly label?: string;
  /** In a sentence that refuses a backend. */
  readonly title: string;
  /** In the benchmark's table. */
  readonly what: string;
  /** Where it runs, with the number of the pair in receipts: from 1, never given twice; 0 for one that receipts call "other". */
  readonly backends: Readonly<Partial<Record<BackendName, number>>>;
}

/**
 * Every implementation of the policy, by its name in links, files and options. What makes one is in policy/open.ts, and for the
 * benchmark in its registry; both are records over these names, so a missing one is a type error.
 */
export const POLICIES = {
  tfjs: {
    label: "portable (tfjs)",
    title: "The portable policy",
    what: "our portable policy: tfjs ops, forward and backward written by hand",
    backends: { wasm: 2, webgpu: 3, cpu: 1 },
  },
  wgsl: {
    label: "own kernels (WGSL)",
    title: "The fast policy",
    what: "our fast policy: recorded WebGPU plans of our own kernels, on a device of their own",
    backends: { webgpu: 4 },
  },
  simd: {
    label: "own kernels (WebAssembly SIMD)",
    title: "The SIMD policy",
    what: "our policy where there is no GPU: WebAssembly SIMD kernels of our own",
    backends: { wasm: 5 },
  },
  "simd-fused": {
    label: "own kernels (SIMD, fused multiply-add)",
    title: "The SIMD policy",
    what: "the same kernels with multiply-adds that are rounded once, where the processor has them",
    backends: { wasm: 6 },
  },
  reference: {
    title: "The float64 reference",
    what: "every formula in float64, exact and slow",
    backends: { webgpu: 0, wasm: 0, cpu: 0 },
  },
} as const satisfies Record<string, PolicyEntry>;

export type PolicyName = keyof typeof POLICIES;
/** A policy that trains in reasonable time: those that the page and the benchmark know. */
export type TrainingPolicy = Exclude<PolicyName, "reference">;

export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[];
/** What every machine has comes first. */
export const BACKEND_NAMES = [...(Object.keys(BACKENDS) as readonly BackendName[])].sort(
  (a, b) => Number(BACKENDS[a].takesGpu) - Number(BACKENDS[b].takesGpu),
);

/** The backends that a policy runs on. */
export const backendsOf = (policy: PolicyName): readonly BackendName[] =>
  Object.keys(POLICIES[policy].backends) as BackendName[];
