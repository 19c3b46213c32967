import { describe, expect, it } from "vitest";
import { freshState } from "../policy.ts";
import { isSoftware } from "./device/adapter.ts";
import { suiteName, testDevice, testGpu } from "./device/testDevice.ts";
import { openWgsl } from "./openWgsl.ts";
import { selfTestNumbers, selfTestShape, selfTestVerdict, selfTestWeights } from "./selfTest.ts";
import { giveUpDevice } from "./warmDevice.ts";

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
    // Refusing the device to somebody else takes it from nobody.
    const again = await openWgsl(state, { gpu });
    expect(again.reason).toBe(unasked.reason);
    expect((await policy!.export()).updates).toBe(1);
    again.policy?.dispose();
    policy!.dispose();
    found.device!.destroy();
    giveUpDevice(gpu);
  });

  it("finds everything compiled where a run was before, and a new device where that one was lost", async () => {
    const gpu = await testGpu();
    if ("reason" in gpu) throw new Error(gpu.reason);
    const adapter = (await gpu.requestAdapter())!;
    const devices: GPUDevice[] = [];
    let policies = 0;
    const watched = {
      requestAdapter: async () => ({
        features: adapter.features,
        limits: adapter.limits,
        requestDevice: async (wishes: GPUDeviceDescriptor) => {
          const device = await (await gpu.requestAdapter())!.requestDevice(wishes);
          const { createBuffer } = device;
          device.createBuffer = (descriptor) => {
            if (descriptor.label === "first moment") policies++;
            return createBuffer.call(device, descriptor);
          };
          devices.push(device);
          return device;
        },
      }),
    } as unknown as GPU;
    // Another context than the self-test's, and so other kernels.
    const run = { ...state, shape: { ...selfTestShape, context: 48 } };
    const opened = async (tested?: string) => {
      policies = 0;
      return (await openWgsl(run, { gpu: watched, software: true, tested })).policy!;
    };

    const first = await opened();
    expect(first.counters().pipelines).toBeGreaterThan(0);
    const numbers = await selfTestNumbers(first);
    first.dispose();
    const second = await opened();
    expect(second.counters().pipelines).toBe(0);
    expect(await selfTestNumbers(second)).toEqual(numbers);
    expect(devices).toHaveLength(1);

    devices[0]!.destroy();
    const third = await opened("another adapter");
    expect(devices).toHaveLength(2);
    expect(policies).toBeGreaterThan(1);
    expect(await selfTestNumbers(third)).toEqual(numbers);
    second.dispose();
    third.dispose();

    // The adapter that trained a moment ago is not tested again: the one policy is the run's own.
    giveUpDevice(watched);
    const back = await opened(third.info.device);
    expect(policies).toBe(1);
    expect(await selfTestNumbers(back)).toEqual(numbers);
    back.dispose();
    giveUpDevice(watched);
  });

  it("gives the reason where the shape does not suit, before anything is compiled", async () => {
    const gpu = await testGpu();
    if ("reason" in gpu) throw new Error(gpu.reason);
    const odd = { ...state, shape: { ...selfTestShape, headWidth: 136 } };
    const opened = await openWgsl(odd, { gpu, software: true });
    expect(opened).toEqual({
      policy: undefined,
      reason: "the fast policy needs headWidth to be at most 128, got 136",
    });
  });
});
