import { requestGpuDevice } from "./device.ts";
import { openNodeGpu } from "./nodeGpu.ts";

/** For tests: a device, or why there is none. */
export type TestDevice = { readonly device: GPUDevice } | { readonly device: undefined; readonly reason: string };

const browserGpu = typeof navigator === "undefined" ? undefined : navigator.gpu;

/**
 * Has Dawn ask only once a millisecond whether the GPU has answered. Its busy loop takes a third of the processor that a software
 * one computes on, which is a matter of seconds here.
 */
function askInTurns(): void {
  const { setImmediate: soon } = globalThis;
  type Task = (...args: unknown[]) => void;
  const isDawns = (task: Task) => Function.prototype.toString.call(task).includes("[native code]");
  const value = (task: Task, ...args: unknown[]) => (isDawns(task) ? setTimeout(task, 1) : soon(task, ...args));
  Object.defineProperty(globalThis, "setImmediate", {
    ...Object.getOwnPropertyDescriptor(globalThis, "setImmediate"),
    value,
  });
}

if (!browserGpu) askInTurns();

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

/** A device that has memory for some buffers alone: it answers of others as one does that has run out of it. */
export function tightDevice(device: GPUDevice, has: (buffer: GPUBufferDescriptor) => boolean): GPUDevice {
  const scopes: { readonly filter: GPUErrorFilter; error: GPUError | null }[] = [];
  const own: Partial<GPUDevice> = {
    pushErrorScope(filter) {
      scopes.push({ filter, error: null });
      device.pushErrorScope(filter);
      return undefined;
    },
    async popErrorScope() {
      const { filter, error } = scopes.pop()!;
      const real = await device.popErrorScope();
      return filter === "out-of-memory" ? error : real;
    },
    createBuffer(descriptor) {
      if (has(descriptor)) return device.createBuffer(descriptor);
      const scope = scopes.findLast(({ filter }) => filter === "out-of-memory");
      if (scope) scope.error = { message: `no ${descriptor.size} bytes` } as GPUError;
      // What a real one gives: a buffer that is none, and that every use of is refused.
      return device.createBuffer({ ...descriptor, usage: 0 });
    },
  };
  return new Proxy(device, {
    get(target, key) {
      if (key in own) return own[key as keyof GPUDevice];
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
