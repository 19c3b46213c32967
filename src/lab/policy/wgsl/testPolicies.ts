import { afterEach } from "vitest";
import { NANO_SHAPE, testWeights } from "../testing/wgslParity.ts";
import { type WgslOptions, type WgslPolicy, wgslPolicy } from "./wgslPolicy.ts";

/** For tests: opens policies on `device` unless the options name another one, and disposes of them after each test. */
export function testPolicies(device: GPUDevice) {
  const open: WgslPolicy[] = [];
  afterEach(() => {
    for (const policy of open.splice(0)) policy.dispose();
  });
  return async (shape = NANO_SHAPE, weights = testWeights(shape), options: Partial<WgslOptions> = {}) => {
    const policy = await wgslPolicy(shape, weights, { device, ...options });
    open.push(policy);
    return policy;
  };
}
