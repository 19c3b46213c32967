import type { Prompts, Rollouts, SampleOptions } from "../../policy.ts";
import type { WorkMemory } from "../../workMemory.ts";
import { type Gpu, Usage } from "../device/device.ts";
import { OPTION_FIELDS, TAIL_WORDS } from "../kernels/rollout.ts";
import type { Dims } from "../layout/dims.ts";
import type { Reports } from "../step/reports.ts";
import { rolloutPipelines } from "./pipelines.ts";
import { fillOptions, packPrompts, unpackRollouts } from "./rolloutWords.ts";
import { openRooms, type Room } from "./room.ts";
import { type Turns, turnsOf } from "./turns.ts";

/** Multiply-adds of a dispatch: 50 ms on a GPU that makes 20 billion a second. Systems reset one that does not answer for long. */
const DISPATCH_WORK = 2 ** 30;

export interface Sampler {
  /** Compiles what unhinted sampling needs. @throws {PolicyError} "limits" where this GPU cannot sample */
  compile(): Promise<void>;
  /** `stats`: where the norms lie of a report that may ride on the answer, asked once there is room for it. */
  sample(
    prompts: Prompts,
    options: SampleOptions,
    weights: GPUBuffer,
    rope: GPUBuffer,
    stats: () => GPUBuffer | undefined,
  ): Promise<Rollouts>;
  forget(weights: GPUBuffer): void;
  /** Gives the memory of rollouts back, until the next. */
  release(): void;
}

/** `work`: what keys and values may take. `subgroups`: whether draws use them; where they are wide unless given. `dispatchWork`: multiply-adds of a dispatch at most. */
export function openSampler(
  gpu: Gpu,
  dims: Dims,
  reports: Reports,
  work: WorkMemory,
  subgroups?: boolean,
  dispatchWork = DISPATCH_WORK,
): Sampler {
  const { limits, queue } = gpu.device;
  const pipelines = rolloutPipelines(gpu, dims, subgroups);
  const uniform = gpu.buffer("rollout options", OPTION_FIELDS.length * 4, Usage.uniform | Usage.copyTarget);
  const optionWords = new ArrayBuffer(OPTION_FIELDS.length * 4);
  const rooms = openRooms(gpu);

  return {
    forget: rooms.forget,
    release: rooms.dispose,
    compile: async () => void (await pipelines.of(1)),
    async sample(prompts, options, weights, rope, stats) {
      const { rows } = prompts;
      const sources = options.hinted ? [prompts, options.hinted.prompts] : [prompts];
      const streams = sources.length;
      const pipeline = await pipelines.of(streams);

      const words = packPrompts(sources);
      const [slots, spilled] = [pipelines.slotsFor(streams), pipelines.spilledBytes(streams)];
      const { turns, here } = await work.within(async (workBytes) => {
        const turns = turnsOf(dims, sources, options, { limits, slots, spilled, dispatchWork, workBytes });
        const { outBytes: out, cacheBytes: cache, scratchBytes: scratch } = turns;
        const bytes = { prompts: words.byteLength, cache, scratch, out, staging: out + reports.bytes };
        return { turns, here: await rooms.of(bytes) };
      });
      const { outBytes } = turns;
      const norms = stats();
      const group = bindRoom(gpu, pipelines.layout, here, { uniform, weights, rope });
      queue.writeBuffer(here.prompts, 0, words);
      const mark = gpu.nextMark();
      for (let firstRow = 0; firstRow < rows; firstRow += turns.rows) {
        fillOptions(optionWords, options, { ...turns, rows, firstRow, mark });
        queue.writeBuffer(uniform, 0, optionWords);
        gpu.submit("rollouts", (encoder) => {
          if (firstRow === 0) encoder.clearBuffer(here.out, 0, outBytes);
          recordTurn(gpu, encoder, { pipeline, group, turns, rows: Math.min(turns.rows, rows - firstRow) });
          if (firstRow + turns.rows < rows) return;
          encoder.copyBufferToBuffer(here.out, 0, here.staging, 0, outBytes);
          if (norms) reports.copy(encoder, norms, here.staging, outBytes);
        });
      }
      const { value, settle } = await reports.read(here.staging, outBytes, (mapped) => {
        const answer = new Int32Array(mapped, 0, outBytes / 4);
        const tail = answer.subarray(-TAIL_WORDS);
        gpu.verify("rollouts", tail[0], mark);
        gpu.verify("count of rollout dispatches", tail[1], turns.dispatches * Math.ceil(rows / turns.rows));
        return unpackRollouts(answer, rows, options.maxNewTokens, streams);
      });
      settle();
      return value;
    },
  };
}

/** What a rollout reads beside the buffers of its room. */
interface Inputs {
  readonly uniform: GPUBuffer;
  readonly weights: GPUBuffer;
  readonly rope: GPUBuffer;
}

function bindRoom(gpu: Gpu, layout: GPUBindGroupLayout, room: Room, { uniform, weights, rope }: Inputs): GPUBindGroup {
  const { prompts, cache, scratch, out, groups } = room;
  const known = groups.get(weights);
  if (known) return known;
  const buffers = [uniform, weights, rope, prompts, cache, out, scratch];
  const group = gpu.bindGroup(
    layout,
    buffers.map((buffer) => ({ buffer })),
  );
  groups.set(weights, group);
  return group;
}

interface Turn {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly turns: Turns;
  /** Rows of this turn. */
  readonly rows: number;
}

function recordTurn(gpu: Gpu, encoder: GPUCommandEncoder, { pipeline, group, turns, rows }: Turn): void {
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  for (let i = 0; i < turns.dispatches; i++) {
    pass.dispatchWorkgroups(Math.ceil(rows / turns.each));
    gpu.counters.dispatches++;
  }
  pass.end();
}
