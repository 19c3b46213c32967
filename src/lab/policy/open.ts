import { type Policy, PolicyError, type PolicyState } from "./policy.ts";
import { hasRealGpu } from "./realGpu.ts";
import type { BackendOptions } from "./tfjs/backend.ts";

interface OpenOptions extends BackendOptions {
  /** `reference` computes in float64, slowly: for checks. */
  readonly policy: "auto" | "tfjs" | "wgsl" | "simd" | "simd-fused" | "reference";
  readonly backend: "auto" | "webgpu" | "wasm" | "cpu";
  /**
   * Implementation and backend of the run that is done again, e.g. `tfjs/wasm`: where two implementations share a backend, the
   * one that made the run is taken, as only it gives the same bits.
   */
  readonly replays?: string | undefined;
  /** The share of the fast policy's pipelines that is compiled, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

export interface OpenedPolicy {
  readonly policy: Policy;
  /** One friendly sentence: which policy on which backend it is, and why. */
  readonly reason: string;
}

/**
 * A policy holding `state`. The WebGPU kernels where WebGPU is real (or a software adapter was asked for by `policy: wgsl` or
 * `backend: webgpu`), else the WebAssembly SIMD kernels; tfjs on a GPU that the former cannot use, on plain JavaScript, and
 * where it is asked for. Each is loaded when it is needed.
 * @throws {PolicyError} when what was asked for cannot be had.
 */
export async function openPolicy(state: PolicyState, options: OpenOptions): Promise<OpenedPolicy> {
  const { policy: wanted, backend } = options;
  if (wanted === "wgsl" && (backend === "wasm" || backend === "cpu")) {
    throw new PolicyError("input", `The fast policy runs on webgpu alone, got backend ${backend}.`);
  }
  const simd = wanted === "simd" || wanted === "simd-fused";
  if (simd && (backend === "webgpu" || backend === "cpu")) {
    throw new PolicyError("input", `The SIMD policy runs on wasm alone, got backend ${backend}.`);
  }
  if (wanted === "reference") return openReference(state);
  const tryFast = (wanted === "auto" || wanted === "wgsl") && (backend === "auto" || backend === "webgpu");
  const fast = tryFast ? await openFast(state, options) : undefined;
  if (fast?.policy) return { policy: fast.policy, reason: `The fast policy runs here: ${fast.reason}.` };
  if (wanted === "wgsl") throw new PolicyError("limits", `The fast policy cannot run here: ${fast?.reason}.`);

  if (simd) return openSimd(state, wanted, "it was asked for");
  const onProcessor = backend === "wasm" || (backend === "auto" && !(await hasRealGpu()));
  if (wanted === "auto" && onProcessor && options.replays !== "tfjs/wasm") {
    try {
      const which = options.replays === "simd/wasm" ? "simd" : "best";
      return await openSimd(state, which, fast ? fast.reason : "wasm was asked for");
    } catch (error) {
      // Processors and browsers without SIMD are left to tfjs.
      if (!(error instanceof PolicyError && error.kind === "device")) throw error;
    }
  }
  const { tfjsPolicy } = await import("./tfjs/tfjsPolicy.ts");
  const policy = await tfjsPolicy(state.shape, state.weights, options);
  await policy.import(state);
  return { policy, reason: policy.reason };
}

async function openReference(state: PolicyState): Promise<OpenedPolicy> {
  const { referencePolicy } = await import("./reference/referencePolicy.ts");
  const policy = referencePolicy(state.shape, state.weights);
  await policy.import(state);
  return { policy, reason: "The float64 reference was asked for: exact and slow." };
}

/** `best`: with fused multiply-adds where they can be had. */
async function openSimd(
  state: PolicyState,
  which: "simd" | "simd-fused" | "best",
  because: string,
): Promise<OpenedPolicy> {
  const [{ simdPolicy }, { canFuse }] = await Promise.all([import("./simd/simdPolicy.ts"), import("./simd/module.ts")]);
  const fuses = which !== "simd" && (await canFuse());
  if (which === "simd-fused" && !fuses) {
    throw new PolicyError("device", "simd-fused must find multiply-adds that are rounded once, got none here.");
  }
  const policy = await simdPolicy(state.shape, state, fuses ? "fused" : "plain");
  return { policy, reason: `The policy runs on WebAssembly SIMD: ${because}.` };
}

async function openFast(state: PolicyState, { policy, backend, onProgress }: OpenOptions) {
  const { openWgsl } = await import("./wgsl/openWgsl.ts");
  const software = policy === "wgsl" || backend === "webgpu";
  return openWgsl(state, { software, ...(onProgress && { onProgress }) });
}
