import { PolicyError } from "../policy.ts";
import { requestGpuDevice } from "./device/device.ts";
import { selfTest } from "./selfTest.ts";

/** The devices that the last runs left behind, with their kernels compiled. */
const kept = new WeakMap<GPU, GPUDevice>();

/**
 * A device that passed the self-test: the one of the run before, so that the next seed or the next algorithm finds its
 * kernels compiled, or a new one. It outlives its policies and goes with the page, or when it fails.
 * @param isAllowed asked before anything is compiled; says why not, or null
 * @throws {PolicyError} "device" or "limits" where none can be had
 */
export async function warmDevice(
  gpu: GPU | undefined,
  isAllowed: (device: GPUDevice) => string | null,
): Promise<GPUDevice> {
  const old = gpu && kept.get(gpu);
  const device = old ?? (await requestGpuDevice(gpu));
  const refusal = isAllowed(device);
  if (refusal !== null) {
    // A kept one stays: somebody else may be computing on it.
    if (!old) device.destroy();
    throw new PolicyError("limits", refusal);
  }
  const failure = await selfTest(device);
  if (failure === null) {
    kept.set(gpu!, device);
    return device;
  }
  device.destroy();
  if (!old) throw new PolicyError("device", failure);
  // It was lost meanwhile, which it need not have said yet: the test does.
  kept.delete(gpu!);
  return warmDevice(gpu, isAllowed);
}

/** Destroys what {@link warmDevice} keeps, with every policy on it. */
export function giveUpDevice(gpu: GPU): void {
  kept.get(gpu)?.destroy();
  kept.delete(gpu);
}
