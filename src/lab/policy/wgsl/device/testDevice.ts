import { requestGpuDevice } from "./device.ts";
import { openNodeGpu } from "./nodeGpu.ts";

/** For tests: a device, or why there is none. */
export type TestDevice = { readonly device: GPUDevice } | { readonly device: undefined; readonly reason: string };

const browserGpu = typeof navigator === "undefined" ? undefined : navigator.gpu;

export async function testGpu(): Promise<GPU | { readonly reason: string }> {
  if (browserGpu) return browserGpu;
  const node = await openNodeGpu();
  return node.gpu ?? { reason: node.reason };
}

export async function testDevice(): Promise<TestDevice> {
  const gpu = await testGpu();
  if ("reason" in gpu) return { device: undefined, reason: gpu.reason };
  try {
    return { device: await requestGpuDevice(gpu) };
  } catch (error) {
    return { device: undefined, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What a skipped suite is called. */
export function suiteName(name: string, found: TestDevice): string {
  return found.device ? name : `${name} (skipped: ${found.reason})`;
}
