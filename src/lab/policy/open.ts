import { type BackendName, backendsOf, POLICIES, type PolicyName } from "../policies.ts";
import { type Policy, PolicyError, type PolicyState } from "./policy.ts";
import { hasRealGpu } from "./realGpu.ts";
import type { Threads } from "./simd/team.ts";
import type { BackendOptions } from "./tfjs/backend.ts";

interface OpenOptions extends BackendOptions {
  /** `reference` computes in float64, slowly: for checks. */
  readonly policy: "auto" | PolicyName;
  readonly backend: "auto" | BackendName;
  /**
   * Implementation and backend of the run that is done again, e.g. `tfjs/wasm`: where two implementations share a backend, the
   * one that made the run is taken, as only it gives the same bits.
   */
  readonly replays?: string | undefined;
  /** How the host starts threads for the SIMD kernels; none: they run on one. */
  readonly threads?: Threads | undefined;
  /** The GPU, in words, that a run of this page trained on until it was lost: it goes on without another self-test. */
  readonly tested?: string | undefined;
  /** Hears in a sentence when memory was refused and the policy works in smaller pieces from then on. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Tokens of the longest row to train on: refused at once where there is no room for it alone. */
  readonly longestRow?: number | undefined;
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
 * `backend: webgpu`), else the WebAssembly SIMD kernels; tfjs on a GPU that the former cannot use and tfjs can, on plain
 * JavaScript, and where it is asked for. Each is loaded when it is needed.
 * @throws {PolicyError} when what was asked for cannot be had.
 */
export async function openPolicy(state: PolicyState, options: OpenOptions): Promise<OpenedPolicy> {
  const { policy: wanted, backend } = options;
  checkBackend(wanted, backend);
  if (wanted === "reference") return openReference(state);
  const tryFast = (wanted === "auto" || wanted === "wgsl") && (backend === "auto" || backend === "webgpu");
  const fast = tryFast ? await openFast(state, options) : undefined;
  if (fast?.policy) return { policy: fast.policy, reason: `The fast policy runs here: ${fast.reason}.` };
  if (wanted === "wgsl") throw new PolicyError("limits", `The fast policy cannot run here: ${fast?.reason}.`);

  if (wanted === "simd" || wanted === "simd-fused") {
    return openSimd(state, wanted, "it was asked for", options);
  }
  if (wanted === "tfjs" || backend === "cpu" || options.replays === "tfjs/wasm") return openTfjs(state, options);
  let because = fast?.reason ?? "wasm was asked for";
  const onGpu = backend === "webgpu" || (backend === "auto" && (await hasRealGpu()));
  if (onGpu) {
    try {
      return await openTfjs(state, { ...options, backend: "webgpu" });
    } catch (error) {
      if (backend === "webgpu") throw error;
      because = `${because}, and ${onlyDevice(error).message}`;
    }
  }
  try {
    const which = options.replays === "simd/wasm" ? "simd" : "best";
    return await openSimd(state, which, because, options);
  } catch (error) {
    onlyDevice(error);
    // Processors and browsers without SIMD are left to tfjs.
    return openTfjs(state, options);
  }
}

/** @throws {PolicyError} kind `input` for a policy that does not run where it was asked to. */
function checkBackend(policy: OpenOptions["policy"], backend: OpenOptions["backend"]): void {
  if (policy === "auto" || backend === "auto" || backendsOf(policy).includes(backend)) return;
  const where = backendsOf(policy).join(" and ");
  throw new PolicyError("input", `${POLICIES[policy].title} runs on ${where} alone, got backend ${backend}.`);
}

/** The error of a device that cannot be had, after which another one is tried. @throws any other error */
function onlyDevice(error: unknown): PolicyError {
  if (error instanceof PolicyError && error.kind === "device") return error;
  throw error;
}

async function openTfjs(state: PolicyState, options: OpenOptions): Promise<OpenedPolicy> {
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
  { threads, onNotice, longestRow }: Pick<OpenOptions, "threads" | "onNotice" | "longestRow">,
): Promise<OpenedPolicy> {
  const [{ simdPolicy }, { canFuse }] = await Promise.all([import("./simd/simdPolicy.ts"), import("./simd/module.ts")]);
  const fuses = which !== "simd" && (await canFuse());
  if (which === "simd-fused" && !fuses) {
    throw new PolicyError("device", "simd-fused must find multiply-adds that are rounded once, got none here.");
  }
  const variant = fuses ? "fused" : "plain";
  const policy = await simdPolicy(state.shape, state, { variant, threads, onNotice, longestRow });
  return { policy, reason: `The policy runs on WebAssembly SIMD: ${because}.` };
}

async function openFast(state: PolicyState, options: OpenOptions) {
  const { policy, backend, tested, onProgress, onNotice, longestRow } = options;
  const { openWgsl } = await import("./wgsl/openWgsl.ts");
  const software = policy === "wgsl" || backend === "webgpu";
  return openWgsl(state, { software, tested, onNotice, longestRow, ...(onProgress && { onProgress }) });
}
