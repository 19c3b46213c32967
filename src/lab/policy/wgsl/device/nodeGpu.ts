/*
 * WebGPU outside a browser: the optional npm package `webgpu` (Dawn) on whatever Vulkan driver there is.
 */
type NodeGpu =
  /** `globals` are the names that a browser's window has beside `navigator.gpu`, e.g. `GPUBufferUsage`: tfjs reads them. */
  { readonly gpu: GPU; readonly globals: object } | { readonly gpu: undefined; readonly reason: string };

interface Dawn {
  create(options: string[]): GPU;
  readonly globals: object;
}

/** Software drivers that Chromium brings along, for machines without a GPU. */
const SOFTWARE_DRIVERS = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

/** Dawn frees an instance with the last reference to it, and its devices crash: kept for as long as the process lives. */
const kept: GPU[] = [];

/**
 * The process' WebGPU, or why there is none. A software driver serves where no other does and none was named.
 * @param flags Dawn's own, e.g. `backend=null` for a GPU that computes nothing
 */
export async function openNodeGpu(flags: readonly string[] = []): Promise<NodeGpu> {
  const name = "webgpu"; // a variable: bundlers must not follow it
  let dawn: Dawn;
  try {
    dawn = await import(/* @vite-ignore */ name);
  } catch (error) {
    return { gpu: undefined, reason: `the optional package "webgpu" cannot be loaded: ${String(error)}` };
  }
  let gpu = dawn.create([...flags]);
  if (await gpu.requestAdapter()) return keep(gpu, dawn);
  if (process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) {
    return { gpu: undefined, reason: "the Vulkan driver that the environment names has no adapter that Dawn accepts" };
  }
  const { existsSync } = await import("node:fs");
  for (const driver of SOFTWARE_DRIVERS.filter(existsSync)) {
    process.env.VK_DRIVER_FILES = driver;
    process.env.VK_ICD_FILENAMES = driver;
    gpu = dawn.create([...flags]);
    if (await gpu.requestAdapter()) return keep(gpu, dawn);
  }
  return { gpu: undefined, reason: "no Vulkan driver that Dawn accepts, and no Chromium with a software one" };
}

function keep(gpu: GPU, { globals }: Dawn): NodeGpu {
  kept.push(gpu);
  return { gpu, globals };
}
