import { PolicyError } from "../policy.ts";
import { requestGpuDevice } from "./device.ts";
import { selfTest } from "./selfTest.ts";

/** The devices that the last runs left behind, with their kernels compiled. */
const kept = new WeakMap<GPU, GPUDevice>();

/**
 * A device that passed the self-test: the one of the run before, so that the next seed or the next algorithm finds its
 * kernels compiled, or a new one. It outlives its policies and goes with the page, or when it fails.
 * @param isAllowed asked of a new device before anything is compiled; says why not, or null
 * @throws {PolicyError} "device" or "limits" where none can be had
 */
export async function warmDevice(
  gpu: GPU | undefined,
  isAllowed: (device: GPUDevice) => string | null,
): Promise<GPUDevice> {
  const old = gpu && kept.get(gpu);
  if (gpu && old) {
    // A device that was lost meanwhile need not have said so yet: the test does.
    if (!isAllowed(old) && (await selfTest(old)) === null) return old;
    giveUpDevice(gpu);
  }
  const device = await requestGpuDevice(gpu);
  const refusal = isAllowed(device);
  const failure = refusal ?? (await selfTest(device));
  if (failure !== null) {
    device.destroy();
    throw new PolicyError(refusal === null ? "device" : "limits", failure);
  }
  kept.set(gpu!, device);
  return device;
}

/** Destroys what {@link warmDevice} keeps, with every policy on it. */
export function giveUpDevice(gpu: GPU): void {
  kept.get(gpu)?.destroy();
  kept.delete(gpu);
}
