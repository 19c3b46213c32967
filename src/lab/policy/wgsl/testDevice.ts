import { requestGpuDevice } from "./device.ts";
import { openNodeGpu } from "./nodeGpu.ts";

/** For tests: a device, or why there is none. The instance is kept so that it outlives its devices. */
export type TestDevice = { readonly device: GPUDevice } | { readonly device: undefined; readonly reason: string };

const browserGpu = typeof navigator === "undefined" ? undefined : navigator.gpu;
const kept: GPU[] = [];

export async function testGpu(): Promise<GPU | { readonly reason: string }> {
  if (browserGpu) return browserGpu;
  const node = await openNodeGpu();
  if (!node.gpu) return { reason: node.reason };
  kept.push(node.gpu);
  return node.gpu;
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
