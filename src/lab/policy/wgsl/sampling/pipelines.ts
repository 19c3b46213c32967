import { PolicyError } from "../../policy.ts";
import type { Gpu } from "../device/device.ts";
import { rolloutCode, rolloutWorkgroupBytes, spilledFloats } from "../kernels/rollout.ts";
import type { Dims } from "../layout/dims.ts";

/** The compiled rollouts of a policy, by how many streams draw together: one, or two where a hint is mixed in. */
interface RolloutPipelines {
  readonly layout: GPUBindGroupLayout;
  /** Bytes of storage that a workgroup takes for arrays that workgroup memory is too small for. */
  spilledBytes(streams: number): number;
  /** Streams that a workgroup draws. Two where they fit: each weight is loaded once for both, and 32 rows still fill 16 cores. */
  slotsFor(streams: number): number;
  /** @throws {PolicyError} "limits" where one row does not fit. */
  of(streams: number): Promise<GPUComputePipeline>;
}

/** `subgroups`: whether draws use them; where they are wide unless given. */
export function rolloutPipelines(gpu: Gpu, dims: Dims, subgroups?: boolean): RolloutPipelines {
  const { device } = gpu;
  const layout = device.createBindGroupLayout({
    label: "rollout",
    entries: (
      [
        "uniform",
        "read-only-storage",
        "read-only-storage",
        "read-only-storage",
        "storage",
        "storage",
        "storage",
      ] as const
    ).map((type, binding) => ({ binding, visibility: 0x4, buffer: { type } })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const pipelines = new Map<number, Promise<GPUComputePipeline>>();

  const allowed = device.limits.maxComputeWorkgroupStorageSize;
  const fits = (streams: number, slots: number, spills = false) =>
    rolloutWorkgroupBytes(dims, { streams, slots, spills }) <= allowed;
  const slotsFor = (streams: number) => (fits(streams, 2) || !fits(streams, streams) ? 2 : streams);
  const spillsFor = (streams: number) => !fits(streams, slotsFor(streams));

  function compile(streams: number): Promise<GPUComputePipeline> {
    const [slots, spills] = [slotsFor(streams), spillsFor(streams)];
    if (!fits(streams, slots, spills)) {
      const needed = rolloutWorkgroupBytes(dims, { streams, slots, spills });
      throw new PolicyError(
        "limits",
        `sampling needs ${needed} bytes of workgroup memory for this policy, this GPU allows ${allowed}`,
      );
    }
    const lanes = lanesOf(dims, device);
    const shared = subgroups ?? wideSubgroups(device, lanes);
    const code = rolloutCode(dims, { streams, slots, lanes, subgroups: shared, spills });
    return gpu.pipeline("rollout", code, pipelineLayout);
  }

  return {
    layout,
    spilledBytes: (streams) =>
      spillsFor(streams) ? 4 * spilledFloats(dims, { streams, slots: slotsFor(streams) }) : 0,
    slotsFor,
    of(streams) {
      const pipeline = pipelines.get(streams) ?? compile(streams);
      pipelines.set(streams, pipeline);
      return pipeline;
    },
  };
}

/**
 * Whether a workgroup consists of whole subgroups that are wide enough for sharing a draw to pay: every one of them makes it
 * again, and a narrow one (4 on software adapters) would take almost as long as a single thread.
 */
function wideSubgroups({ features, adapterInfo }: GPUDevice, lanes: number): boolean {
  const { subgroupMinSize = 0, subgroupMaxSize = 0 } = adapterInfo ?? {};
  return features.has("subgroups" as GPUFeatureName) && subgroupMinSize >= 16 && lanes % subgroupMaxSize === 0;
}

/**
 * Threads of a workgroup: one per number of the hidden state, which the longest products are as wide as, and whole
 * subgroups, so that the self-test's small policy draws in the same form as a large one.
 */
function lanesOf({ c4, H }: Dims, { limits, adapterInfo }: GPUDevice): number {
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = limits;
  const whole = Math.max(32, adapterInfo?.subgroupMaxSize ?? 0);
  const wanted = whole * Math.ceil(Math.max(4 * c4, H) / whole);
  return Math.min(wanted, 256, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX);
}
