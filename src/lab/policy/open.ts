import { type Policy, PolicyError, type PolicyState } from "./policy.ts";
import type { BackendOptions } from "./tfjs/backend.ts";

export interface OpenOptions extends BackendOptions {
  /** `reference` computes in float64, slowly: for checks. */
  readonly policy: "auto" | "tfjs" | "wgsl" | "reference";
  readonly backend: "auto" | "webgpu" | "wasm" | "cpu";
  /** The share of the fast policy's pipelines that is compiled, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

export interface OpenedPolicy {
  readonly policy: Policy;
  /** One friendly sentence: which policy on which backend it is, and why. */
  readonly reason: string;
}

/**
 * A policy holding `state`: the fast one where WebGPU is real (or a software adapter was asked for by `policy: wgsl` or
 * `backend: webgpu`), else the portable one on the best backend there is. Each is loaded when it is needed.
 * @throws {PolicyError} when what was asked for cannot be had.
 */
export async function openPolicy(state: PolicyState, options: OpenOptions): Promise<OpenedPolicy> {
  const { policy: wanted, backend } = options;
  if (wanted === "wgsl" && (backend === "wasm" || backend === "cpu")) {
    throw new PolicyError("input", `The fast policy runs on webgpu alone, got backend ${backend}.`);
  }
  if (wanted === "reference") return openReference(state);
  const tryFast = wanted !== "tfjs" && (backend === "auto" || backend === "webgpu");
  const fast = tryFast ? await openFast(state, options) : undefined;
  if (fast?.policy) return { policy: fast.policy, reason: `The fast policy runs here: ${fast.reason}.` };
  if (wanted === "wgsl") throw new PolicyError("limits", `The fast policy cannot run here: ${fast?.reason}.`);

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

async function openFast(state: PolicyState, { policy, backend, onProgress }: OpenOptions) {
  const { openWgsl } = await import("./wgsl/openWgsl.ts");
  const software = policy === "wgsl" || backend === "webgpu";
  return openWgsl(state, { software, ...(onProgress && { onProgress }) });
}
