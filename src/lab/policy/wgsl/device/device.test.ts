import { describe, expect, it } from "vitest";
import { openGpu, Usage } from "./device.ts";
import { openNodeGpu } from "./nodeGpu.ts";
import { suiteName, testDevice } from "./testDevice.ts";

const first = await testDevice();
first.device?.destroy();

const gpuOfItsOwn = async () => {
  const found = await testDevice();
  return openGpu(found.device!);
};

describe.skipIf(!first.device)(suiteName("a device with an account", first), () => {
  it("turns a lost device into a failure of kind device", async () => {
    const gpu = await gpuOfItsOwn();
    const staging = gpu.buffer("answer", 64, Usage.mapRead | Usage.copyTarget);
    expect(await gpu.read(staging, 64, (answer) => answer.byteLength)).toBe(64);
    gpu.device.destroy();
    await gpu.device.lost;
    expect(() => gpu.buffer("another", 64, Usage.storage)).toThrow(/^the GPU was lost \(destroyed\)/);
    await expect(gpu.read(staging, 64, () => 0)).rejects.toMatchObject({ name: "PolicyError", kind: "device" });
  });

  it("turns an error that nobody caught into a failure of every later request", async () => {
    const gpu = await gpuOfItsOwn();
    gpu.device.createBuffer({ label: "impossible", size: 16, usage: 0 }); // no usage at all
    await gpu.device.queue.onSubmittedWorkDone();
    expect(() => gpu.check()).toThrow(/^the GPU refused a command: /);
    gpu.device.destroy();
  });

  it("reports a kernel that does not compile with the kernel's name", async () => {
    const gpu = await gpuOfItsOwn();
    const layout = gpu.device.createPipelineLayout({ bindGroupLayouts: [] });
    await expect(gpu.pipeline("broken", "fn main() { not wgsl }", layout)).rejects.toMatchObject({
      kind: "device",
      message: expect.stringContaining('could not compile the kernel "broken"'),
    });
    gpu.dispose();
    gpu.device.destroy();
  });

  it("refuses a buffer above the device's limits with both numbers", async () => {
    const gpu = await gpuOfItsOwn();
    const allowed = Math.min(gpu.device.limits.maxBufferSize, gpu.device.limits.maxStorageBufferBindingSize);
    expect(() => gpu.buffer("gradient", allowed + 2 ** 20, Usage.storage)).toThrow(
      `this policy needs a ${allowed / 2 ** 20 + 1} MiB buffer for its gradient, this GPU allows ${allowed / 2 ** 20} MiB`,
    );
    expect(gpu.memory()).toEqual({ bytes: 0, buffers: 0 });
    gpu.device.destroy();
  });
});

describe("WebGPU in Node", () => {
  it("is there, or says why not", async () => {
    const node = await openNodeGpu();
    if (!node.gpu) expect(node.reason.length).toBeGreaterThan(20);
    else {
      expect(await node.gpu.requestAdapter()).not.toBeNull();
      // tfjs's own WebGPU backend reads these from the window.
      const { GPUBufferUsage: usage, GPUMapMode: mode } = node.globals as typeof globalThis;
      expect([usage.STORAGE, mode.READ]).toEqual([0x80, 1]);
    }
  });
});
