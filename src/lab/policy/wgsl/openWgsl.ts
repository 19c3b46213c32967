import type { PolicyState } from "../policy.ts";
import type { WorkOptions } from "../workMemory.ts";
import { isSoftware } from "./device/adapter.ts";
import { dimsOf } from "./layout/dims.ts";
import { warmDevice } from "./warmDevice.ts";
import { type WgslPolicy, wgslPolicy } from "./wgslPolicy.ts";

interface OpenWgslOptions extends WorkOptions {
  /** The environment's WebGPU; `navigator.gpu` unless given. */
  readonly gpu?: GPU | undefined;
  /** Take a software adapter too: correct, and slower than the portable policy on wasm. */
  readonly software?: boolean;
  /** The adapter, in words, on which this page's run has trained until its device was lost: the run goes on with a step. */
  readonly tested?: string | undefined;
  /** From 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

type OpenedWgsl =
  | { readonly policy: WgslPolicy; readonly reason: string }
  | { readonly policy: undefined; readonly reason: string };

/**
 * The fast policy, or one sentence why it cannot be had: no WebGPU, no real GPU, a failed self-test, a limit.
 * Never throws: the caller falls back and shows the reason. The device stays for the next policy.
 */
export async function openWgsl(state: PolicyState, options: OpenWgslOptions = {}): Promise<OpenedWgsl> {
  const { software = false, tested, onProgress, onNotice, longestRow } = options;
  const gpu = options.gpu ?? (typeof navigator === "undefined" ? undefined : navigator.gpu);
  try {
    dimsOf(state.shape); // refuses before anything is compiled
    const allowed = (found: GPUDevice) =>
      software || !isSoftware(found) ? null : "the only GPU adapter is a software one";
    const device = await warmDevice(gpu, allowed, tested);
    const goesOn = tested !== undefined;
    const work = { onNotice, longestRow, ...(onProgress && { onProgress }) };
    const policy = await wgslPolicy(state.shape, state, { device, goesOn, ...work });
    return { policy, reason: `WebGPU works and passed its self-test (${policy.info.device})` };
  } catch (error) {
    return { policy: undefined, reason: error instanceof Error ? error.message : String(error) };
  }
}
