/** Whether WebGPU offers an adapter here that is not emulated on the processor. */
export async function hasRealGpu(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<boolean> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
    return adapter ? !isEmulated(adapter) : false;
  } catch {
    return false;
  }
}

/** Whether an adapter computes on the processor. */
export function isEmulated({ info: { vendor, architecture, description, isFallbackAdapter } }: GPUAdapter): boolean {
  return isFallbackAdapter || SOFTWARE.test(`${vendor} ${architecture} ${description}`);
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;
