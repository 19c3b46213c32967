import { PolicyError } from "../../policy.ts";
import type { Gpu } from "../device/device.ts";
import { rolloutCode, rolloutWorkgroupBytes } from "../kernels/rollout.ts";
import type { Dims } from "../layout/dims.ts";

/** The compiled rollouts of a policy, by how many streams draw together: one, or two where a hint is mixed in. */
interface RolloutPipelines {
  readonly layout: GPUBindGroupLayout;
  /** Whether a workgroup of so many slots fits into this GPU's workgroup memory. */
  fits(streams: number, slots: number): boolean;
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
      ["uniform", "read-only-storage", "read-only-storage", "read-only-storage", "storage", "storage"] as const
    ).map((type, binding) => ({ binding, visibility: 0x4, buffer: { type } })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const pipelines = new Map<number, Promise<GPUComputePipeline>>();

  const allowed = device.limits.maxComputeWorkgroupStorageSize;
  const fits = (streams: number, slots: number) => rolloutWorkgroupBytes(dims, { streams, slots }) <= allowed;
  const slotsFor = (streams: number) => (fits(streams, 2) ? 2 : streams);

  function compile(streams: number): Promise<GPUComputePipeline> {
    const slots = slotsFor(streams);
    if (!fits(streams, slots)) {
      const needed = rolloutWorkgroupBytes(dims, { streams, slots });
      throw new PolicyError(
        "limits",
        `sampling needs ${needed} bytes of workgroup memory for this policy, this GPU allows ${allowed}`,
      );
    }
    const lanes = lanesOf(dims, device);
    const code = rolloutCode(dims, { streams, slots, lanes, subgroups: subgroups ?? wideSubgroups(device, lanes) });
    return gpu.pipeline("rollout", code, pipelineLayout);
  }

  return {
    layout,
    fits,
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
