import { openGpu, requestGpuDevice, Usage } from "../src/lab/policy/wgsl/device/device.ts";
import { quantile } from "./statistics.ts";

const TIMES = 200;
const WARM_UP = 20;

/**
 * Milliseconds from a submit that does next to nothing until its answer can be read, median: what a training step pays for
 * letting the objective see the scores, whatever the policy's size.
 */
export async function roundTripMs(): Promise<number> {
  const device = await requestGpuDevice(navigator.gpu);
  const gpu = openGpu(device);
  try {
    const source = gpu.buffer("round trip", 16, Usage.copySource | Usage.copyTarget);
    const staging = gpu.buffer("round trip, read-back", 16, Usage.mapRead | Usage.copyTarget);
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + TIMES; n++) {
      const begin = performance.now();
      gpu.submit("round trip", (encoder) => encoder.copyBufferToBuffer(source, 0, staging, 0, 16));
      await gpu.read(staging, 16, () => undefined);
      if (n >= WARM_UP) times.push(performance.now() - begin);
    }
    return quantile(times, 0.5);
  } finally {
    gpu.dispose();
    device.destroy();
  }
}
