import { type Gpu, Usage } from "../device/device.ts";
import type { Load } from "../kernels/kernel.ts";
import { PHASES, type Plan } from "./plan.ts";

/**
 * GPU milliseconds of each kernel over one forward and backward pass of the batch last uploaded, by label, by timestamp
 * queries. Empty where the device has none.
 */
export async function kernelTimes(
  gpu: Gpu,
  plan: Plan,
  weights: GPUBuffer,
  load: Load,
): Promise<Record<string, number>> {
  if (!gpu.device.features.has("timestamp-query")) return {};
  const most = 512;
  const queries = gpu.device.createQuerySet({ type: "timestamp", count: most });
  const resolved = gpu.buffer("timestamps", most * 8, Usage.queryResolve | Usage.copySource);
  const staging = gpu.buffer("timestamps read-back", most * 8, Usage.mapRead | Usage.copyTarget);
  const labels: string[] = [];
  try {
    gpu.submit("timed step", (encoder) => {
      const begin = (label: string) => {
        const at = labels.push(label) * 2 - 2;
        const timed = at + 1 < most;
        return encoder.beginComputePass(
          timed
            ? { timestampWrites: { querySet: queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } }
            : {},
        );
      };
      for (const phase of PHASES) plan.recordApart(begin, phase, weights, load);
      encoder.resolveQuerySet(queries, 0, Math.min(most, labels.length * 2), resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, most * 8);
    });
    return await gpu.read(staging, most * 8, (answer) => {
      const ticks = new BigUint64Array(answer);
      const times: Record<string, number> = {};
      for (const [i, label] of labels.entries()) {
        if (2 * i + 1 < most) times[label] = (times[label] ?? 0) + Number(ticks[2 * i + 1]! - ticks[2 * i]!) / 1e6;
      }
      return times;
    });
  } finally {
    queries.destroy();
    gpu.destroy(resolved);
    gpu.destroy(staging);
  }
}
