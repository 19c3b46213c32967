/** Whether WebGPU offers an adapter here that is not emulated on the processor. */
export async function hasRealGpu(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<boolean> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return false;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    return !isFallbackAdapter && !SOFTWARE.test(`${vendor} ${architecture} ${description}`);
  } catch {
    return false;
  }
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;
