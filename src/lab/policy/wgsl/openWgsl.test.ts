import { describe, expect, it } from "vitest";
import { freshState } from "../policy.ts";
import { isSoftware, openWgsl } from "./openWgsl.ts";
import { selfTestNumbers, selfTestShape, selfTestVerdict, selfTestWeights } from "./selfTest.ts";
import { suiteName, testDevice, testGpu } from "./testDevice.ts";

const found = await testDevice();
const state = freshState(selfTestShape, selfTestWeights());

describe("opening the fast policy", () => {
  it("gives the reason where there is no WebGPU", async () => {
    const none = { requestAdapter: async () => null } as unknown as GPU;
    expect(await openWgsl(state, { gpu: none })).toEqual({
      policy: undefined,
      reason: "no GPU adapter can be had: WebGPU is missing or switched off",
    });
  });
});

describe.skipIf(!found.device)(suiteName("opening the fast policy on an adapter", found), { timeout: 240_000 }, () => {
  it("takes a real GPU, and a software one only where it may", async () => {
    const gpu = await testGpu();
    if ("reason" in gpu) throw new Error(gpu.reason);
    const unasked = await openWgsl(state, { gpu });
    if (isSoftware(found.device!)) {
      expect(unasked).toEqual({ policy: undefined, reason: "the only GPU adapter is a software one" });
    } else {
      expect(unasked.policy).toBeDefined();
      unasked.policy?.dispose();
    }
    const progress: number[] = [];
    const { policy } = await openWgsl(state, { gpu, software: true, onProgress: (done) => progress.push(done) });
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(selfTestVerdict(await selfTestNumbers(policy!))).toBeNull();
    policy!.dispose();
    found.device!.destroy();
  });

  it("gives the reason where the shape does not suit, before anything is compiled", async () => {
    const gpu = await testGpu();
    if ("reason" in gpu) throw new Error(gpu.reason);
    const odd = { ...state, shape: { ...selfTestShape, hidden: 97 } };
    const opened = await openWgsl(odd, { gpu, software: true });
    expect(opened).toEqual({
      policy: undefined,
      reason: "the fast policy needs hidden to be a multiple of 4, got 97",
    });
  });
});
