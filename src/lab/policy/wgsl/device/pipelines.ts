import { PolicyError } from "../../policy.ts";

/** Compiled once for the device, whichever policy asks: a kernel's label decides its layout. @throws {PolicyError} "device" */
export type Pipelines = (label: string, code: string, layout: GPUPipelineLayout) => Promise<GPUComputePipeline>;

/** The pipelines of a device. @param compiling hears of each that is compiled anew */
export function pipelinesOn(device: GPUDevice, compiling: () => void): Pipelines {
  const compiled = compiledOn(device);
  return (label, code, layout) => {
    const key = `${label}\n${code}`;
    const kept = compiled.get(key);
    if (kept) return kept;
    compiling();
    const pipeline = compile(device, label, code, layout);
    compiled.set(key, pipeline);
    pipeline.catch(() => compiled.delete(key));
    return pipeline;
  };
}

const compiledBy = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/** The pipelines of a device by label and code. They go with the device. */
function compiledOn(device: GPUDevice) {
  const compiled = compiledBy.get(device) ?? new Map<string, Promise<GPUComputePipeline>>();
  compiledBy.set(device, compiled);
  return compiled;
}

async function compile(device: GPUDevice, label: string, code: string, layout: GPUPipelineLayout) {
  const module = device.createShaderModule({ label, code });
  try {
    return await device.createComputePipelineAsync({ label, layout, compute: { module, entryPoint: "main" } });
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const said = messages.map(({ message, lineNum }) => `line ${lineNum}: ${message}`).join("; ");
    throw new PolicyError("device", `the GPU could not compile the kernel "${label}": ${said || String(error)}`);
  }
}
