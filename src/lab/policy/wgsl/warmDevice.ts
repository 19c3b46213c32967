import { PolicyError } from "../policy.ts";
import { describeAdapter } from "./device/adapter.ts";
import { requestGpuDevice } from "./device/device.ts";
import { selfTest } from "./selfTest.ts";

/** The devices that the last runs left behind, with their kernels compiled. */
const kept = new WeakMap<GPU, GPUDevice>();

/**
 * A device that passed the self-test: the one of the run before, so that the next seed or the next algorithm finds its
 * kernels compiled, or a new one. It outlives its policies and goes with the page, or when it fails.
 * @param isAllowed asked before anything is compiled; says why not, or null
 * @param tested the adapter, in words, that passed the self-test on this page and trained since: a new device of it is taken
 * without another test, which would compile most of the kernels of a lost run a second time before it goes on
 * @throws {PolicyError} "device" or "limits" where none can be had
 */
export async function warmDevice(
  gpu: GPU | undefined,
  isAllowed: (device: GPUDevice) => string | null,
  tested?: string,
): Promise<GPUDevice> {
  const old = gpu && kept.get(gpu);
  const device = old ?? (await requestGpuDevice(gpu));
  const refusal = isAllowed(device);
  if (refusal !== null) {
    // A kept one stays: somebody else may be computing on it.
    if (!old) device.destroy();
    throw new PolicyError("limits", refusal);
  }
  const known = !old && describeAdapter(device) === tested;
  const failure = known ? null : await selfTest(device);
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
