import { quote } from "../schema.ts";
import { type Policy, PolicyError, type PolicyState } from "./policy.ts";
import type { BackendOptions } from "./tfjs/backend.ts";
import { tfjsPolicy } from "./tfjs/tfjsPolicy.ts";

export interface OpenOptions extends BackendOptions {
  readonly policy: "auto" | "tfjs" | "wgsl";
  readonly backend: "auto" | "webgpu" | "wasm" | "cpu";
}

export interface OpenedPolicy {
  readonly policy: Policy;
  /** One friendly sentence: which backend it is, and why. */
  readonly reason: string;
}

/**
 * A policy holding `state`, on the best backend there is unless one was asked for.
 * @throws {PolicyError} when what was asked for cannot be had.
 */
export async function openPolicy(state: PolicyState, options: OpenOptions): Promise<OpenedPolicy> {
  if (options.policy === "wgsl") {
    throw new PolicyError("limits", `The policy must be auto or tfjs in this build, got ${quote(options.policy)}.`);
  }
  const policy = await tfjsPolicy(state.shape, state.weights, options);
  await policy.import(state);
  return { policy, reason: policy.reason };
}
