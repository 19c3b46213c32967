import type { BrowserContext } from "@playwright/test";

/**
 * Where the paths of a visitor are walked: WebAssembly, and WebGPU as a machine with a GPU has it. `made`: a pattern of what
 * computes there; the processor decides whether multiply-adds are fused.
 */
export const BACKENDS = [
  { name: "WebAssembly", badge: /WebAssembly · /, made: "simd(-fused)?/wasm", prepare: async () => {} },
  { name: "software WebGPU", badge: /WebGPU · /, made: "wgsl/webgpu", prepare: takeSoftwareForGpu },
] as const;

/**
 * The page takes a software adapter only when it is asked to by name. Here it takes it for a GPU, so that every path is walked as
 * it is where there is one: the choice is the page's own, and the kernels run in full.
 */
async function takeSoftwareForGpu(context: BrowserContext): Promise<void> {
  await context.route(/\/assets\/worker-openWgsl-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const blind = text
      .replaceAll("isFallbackAdapter", "isNoAdapter")
      .replaceAll("swiftshader|llvmpipe|lavapipe", "^none$");
    if (blind === text)
      throw new Error("the worker must look for software adapters by name, found nothing of the kind");
    await route.fulfill({ response, body: blind });
  });
}
