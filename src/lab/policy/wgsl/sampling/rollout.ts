import { PolicyError, type Prompts, type Rollouts, type SampleOptions } from "../../policy.ts";
import { type Gpu, megabytes, Usage } from "../device/device.ts";
import { OPTION_FIELDS, rolloutCode, rolloutWorkgroupBytes, STATE_WORDS, spilledFloats } from "../kernels/rollout.ts";
import type { Dims } from "../layout/dims.ts";
import type { Reports } from "../step/reports.ts";
import { fillOptions, packPrompts, unpackRollouts } from "./rolloutWords.ts";

/** Largest key/value cache; more rows than fit are served in turns. */
const CACHE_BYTES = 2 ** 28;
/** New tokens of a dispatch at most. */
const MOST_DRAWS = 16;
/** Multiply-adds of a dispatch: 50 ms on a GPU that makes 20 billion a second. Systems reset one that does not answer for long. */
const DISPATCH_WORK = 2 ** 30;

interface Sampler {
  /** Compiles what unhinted sampling needs; a policy that cannot sample may still score and learn. */
  compile(): Promise<void>;
  /** `stats`: where the norms lie of a report that may ride on the answer. */
  sample(
    prompts: Prompts,
    options: SampleOptions,
    weights: GPUBuffer,
    rope: GPUBuffer,
    stats: GPUBuffer | undefined,
  ): Promise<Rollouts>;
  forget(weights: GPUBuffer): void;
}

/** Buffers for rollouts of one size, grown when a larger one comes. */
interface Room {
  readonly prompts: GPUBuffer;
  readonly cache: GPUBuffer;
  /** Long arrays that workgroup memory is too small for; a token one where none are. */
  readonly scratch: GPUBuffer;
  readonly out: GPUBuffer;
  readonly staging: GPUBuffer;
  readonly groups: Map<GPUBuffer, GPUBindGroup>;
}

/** `subgroups`: whether draws use them; where they are wide unless given. `dispatchWork`: multiply-adds of a dispatch at most. */
export function openSampler(
  gpu: Gpu,
  dims: Dims,
  reports: Reports,
  subgroups?: boolean,
  dispatchWork = DISPATCH_WORK,
): Sampler {
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
  const uniform = gpu.buffer("rollout options", OPTION_FIELDS.length * 4, Usage.uniform | Usage.copyTarget);
  const optionWords = new ArrayBuffer(OPTION_FIELDS.length * 4);
  let room: Room | null = null;

  const allowed = device.limits.maxComputeWorkgroupStorageSize;
  const fits = (streams: number, slots: number, spills = false) =>
    rolloutWorkgroupBytes(dims, { streams, slots, spills }) <= allowed;
  /** Two slots a workgroup: each weight is loaded once for both, and 32 rows still fill 16 cores. */
  const slotsFor = (streams: number) => (fits(streams, 2) || !fits(streams, streams) ? 2 : streams);
  const spillsFor = (streams: number) => !fits(streams, slotsFor(streams));
  const pipelineFor = (streams: number) => {
    let pipeline = pipelines.get(streams);
    if (!pipeline) {
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
      pipeline = gpu.pipeline("rollout", code, pipelineLayout);
      pipelines.set(streams, pipeline);
    }
    return pipeline;
  };

  const roomFor = (
    promptBytes: number,
    cacheBytes: number,
    scratchBytes: number,
    outBytes: number,
    stagingBytes: number,
  ): Room => {
    const grown = (old: GPUBuffer | undefined, bytes: number) => Math.max(old?.size ?? 0, bytes);
    if (
      room &&
      room.prompts.size >= promptBytes &&
      room.cache.size >= cacheBytes &&
      room.scratch.size >= scratchBytes &&
      room.out.size >= outBytes &&
      room.staging.size >= stagingBytes
    ) {
      return room;
    }
    const { storage, copyTarget, copySource, mapRead } = Usage;
    const old = room;
    gpu.allow("key/value cache", cacheBytes);
    for (const buffer of old ? [old.prompts, old.cache, old.scratch, old.out, old.staging] : []) gpu.destroy(buffer);
    room = {
      prompts: gpu.buffer("prompts", grown(old?.prompts, promptBytes), storage | copyTarget),
      cache: gpu.buffer("key/value cache", grown(old?.cache, cacheBytes), storage),
      scratch: gpu.buffer("rollout scratch", grown(old?.scratch, scratchBytes), storage),
      out: gpu.buffer("rollouts", grown(old?.out, outBytes), storage | copyTarget | copySource),
      staging: gpu.buffer("rollouts read-back", grown(old?.staging, stagingBytes), mapRead | copyTarget),
      groups: new Map(),
    };
    return room;
  };

  return {
    forget(weights) {
      room?.groups.delete(weights);
    },
    async compile() {
      await pipelineFor(1);
    },
    async sample(prompts, options, weights, rope, stats) {
      const { maxNewTokens: N, hinted } = options;
      const { rows } = prompts;
      const sources = hinted ? [prompts, hinted.prompts] : [prompts];
      const streams = sources.length;
      const pipeline = await pipelineFor(streams);

      const words = packPrompts(sources);
      const longest = Math.max(...sources.map((source) => source.length - Math.min(...source.starts)));
      const capacity = longest + N;
      const rowBytes = streams * dims.L * capacity * 2 * dims.kv4 * 16;
      const most = Math.min(CACHE_BYTES, device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
      if (rowBytes * slotsFor(streams) > most * streams) {
        throw new PolicyError(
          "limits",
          `one sequence needs a ${megabytes(rowBytes)} key/value cache, at most ${megabytes(most)} can be had`,
        );
      }
      // Rows of a workgroup, and of a turn: whole workgroups.
      const each = slotsFor(streams) / streams;
      const spilled = spillsFor(streams) ? 4 * spilledFloats(dims, { streams, slots: slotsFor(streams) }) : 0;
      const groupsAtMost = Math.max(
        1,
        Math.min(
          Math.floor(most / rowBytes / each),
          Math.floor(most / Math.max(1, spilled)),
          device.limits.maxComputeWorkgroupsPerDimension,
        ),
      );
      const turn = Math.min(Math.ceil(rows / each), groupsAtMost) * each;
      const perRow = STATE_WORDS + (streams + 2) * N;
      const outBytes = rows * perRow * 4;
      const scratchBytes = Math.max(16, Math.ceil(turn / each) * spilled);
      const here = roomFor(words.byteLength, turn * rowBytes, scratchBytes, outBytes, outBytes + reports.bytes);
      let group = here.groups.get(weights);
      if (!group) {
        group = gpu.bindGroup(layout, [
          { buffer: uniform },
          { buffer: weights },
          { buffer: rope },
          { buffer: here.prompts },
          { buffer: here.cache },
          { buffer: here.out },
          { buffer: here.scratch },
        ]);
        here.groups.set(weights, group);
      }
      device.queue.writeBuffer(here.prompts, 0, words);
      const reads = Math.max(1, Math.floor(dispatchWork / (4 * dims.p4 * turn * streams)));
      const draws = Math.min(MOST_DRAWS, reads);
      const dispatches = Math.ceil((longest - 1) / reads) + Math.ceil(N / draws);
      for (let firstRow = 0; firstRow < rows; firstRow += turn) {
        fillOptions(optionWords, options, { rows, firstRow, capacity, reads, draws });
        device.queue.writeBuffer(uniform, 0, optionWords);
        gpu.submit("rollouts", (encoder) => {
          if (firstRow === 0) encoder.clearBuffer(here.out, 0, outBytes);
          const pass = encoder.beginComputePass();
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          for (let i = 0; i < dispatches; i++) {
            pass.dispatchWorkgroups(Math.ceil(Math.min(turn, rows - firstRow) / each));
            gpu.counters.dispatches++;
          }
          pass.end();
          if (firstRow + turn < rows) return;
          encoder.copyBufferToBuffer(here.out, 0, here.staging, 0, outBytes);
          if (stats) reports.copy(encoder, stats, here.staging, outBytes);
        });
      }
      const { value, settle } = await reports.read(here.staging, outBytes, (mapped) =>
        unpackRollouts(new Int32Array(mapped, 0, outBytes / 4), rows, N, streams),
      );
      settle();
      return value;
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
