import { PolicyError } from "../../policy.ts";
import { type Gpu, Usage } from "../device/device.ts";
import { JOB_WORDS, type Kernel, type Load } from "../kernels/kernel.ts";
import { HEADER_WORDS, packedWords } from "../layout/batch.ts";
import { jobsOf, type Phase } from "./jobs.ts";
import { type Program, statsHead } from "./program.ts";

/*
 * A plan: room for so many tokens, and the dispatches of a step with everything they need already bound. A step replays
 * the list; nothing is created. Numbers do not depend on the room, only on the batch, so a plan may grow at any time.
 */

export interface Plan {
  /** Tokens that fit. */
  readonly room: number;
  readonly arena: GPUBuffer;
  readonly stats: GPUBuffer;
  readonly staging: GPUBuffer;
  /** Byte offsets in the arena. */
  readonly at: { readonly logits: number; readonly scores: number; readonly credits: number };
  /** Written afresh with every batch, see {@link Plan.upload}. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly credits: Float32Array<ArrayBuffer>;
  /** What is recorded from now on reads this batch. What was recorded last may still be on its way: it keeps its own. */
  upload(words: Int32Array<ArrayBuffer>): void;
  /** Drops the bindings of weights that are no more. */
  forget(weights: GPUBuffer): void;
  record(pass: GPUComputePassEncoder, phase: Phase, weights: GPUBuffer, load: Load): void;
  /** The same with a pass of its own for every dispatch, which `begin` opens under the kernel's label: for measuring. */
  recordApart(begin: (label: string) => GPUComputePassEncoder, phase: Phase, weights: GPUBuffer, load: Load): void;
  dispose(): void;
}

/** Rooms grow by halves and doubles, so that batches of varied lengths do not make many plans. */
function roomFor(tokens: number): number {
  let room = 256;
  while (room < tokens) room = (room & (room - 1)) === 0 ? room * 1.5 : (room / 3) * 4;
  return room;
}

/** @throws {PolicyError} "limits" before anything is made, where the device does not allow the buffers. */
export function openPlan(gpu: Gpu, program: Program, slices: GPUBuffer, tokens: number): Plan {
  const { dims } = program;
  const room = roomFor(tokens);
  const { phases, arenaBytes, statsBytes, at } = jobsOf(dims, room);
  const tableBytes = packedWords(room, dims.V) * 4;
  gpu.allow(`activations of ${tokens} tokens`, arenaBytes);
  const most = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  if ((room * dims.c4) / 256 > most) {
    throw new PolicyError(
      "limits",
      `a batch must have at most ${Math.floor((most * 256) / dims.c4)} tokens, got ${tokens}`,
    );
  }
  const { storage, uniform, copySource, copyTarget, mapRead } = Usage;
  const arena = gpu.buffer("activations", arenaBytes, storage | copySource | copyTarget);
  const stats = gpu.buffer("statistics", statsBytes, storage | copySource | copyTarget);
  // Two, in turn: the next batch is uploaded while commands that read the last one are still held back.
  const tables = [0, 1].map(() => gpu.buffer("batch", tableBytes, storage | uniform | copyTarget));
  let side = 0;
  const staging = gpu.buffer("read-back", room * 16 + statsHead(dims).rest * 4, mapRead | copyTarget);

  const all = [...phases.forward, ...phases.tokenHead, ...phases.backward];
  const jobWords = new Uint32Array(all.length * JOB_WORDS);
  for (const [index, { kernel, values }] of all.entries()) {
    for (const [word, field] of program.kernels[kernel].fields.entries()) {
      const value = values[field];
      if (value === undefined) throw new Error(`plan: the job of ${kernel} must name its ${field}`);
      jobWords[index * JOB_WORDS + word] = value;
    }
  }
  const jobs = gpu.buffer("jobs", jobWords.byteLength, uniform | copyTarget);
  gpu.device.queue.writeBuffer(jobs, 0, jobWords);
  const own = gpu.bindGroup(program.own, [
    { buffer: jobs, size: JOB_WORDS * 4 },
    { buffer: arena },
    { buffer: stats },
    { buffer: slices },
  ]);
  const steps = {} as Record<Phase, Step[]>;
  let index = 0;
  for (const phase of ["forward", "tokenHead", "backward"] as const) {
    steps[phase] = phases[phase].map(({ kernel }) => ({
      label: program.kernels[kernel].label,
      pipeline: program.pipelines[kernel],
      offset: Uint32Array.of(index++ * JOB_WORDS * 4),
      grid: program.kernels[kernel].grid,
    }));
  }
  const groups = new Map<GPUBuffer, readonly GPUBindGroup[]>();
  const shared = (weights: GPUBuffer) => {
    let both = groups.get(weights);
    if (!both) {
      both = tables.map((buffer) =>
        gpu.bindGroup(program.shared, [
          { buffer, size: HEADER_WORDS * 4 },
          { buffer, offset: HEADER_WORDS * 4 },
          { buffer: weights },
          { buffer: program.rope },
        ]),
      );
      groups.set(weights, both);
    }
    return both[side]!;
  };
  const dispatch = (pass: GPUComputePassEncoder, { pipeline, offset, grid }: Step, load: Load) => {
    const [x, y, z] = grid(load);
    if (x * y * z === 0) return;
    pass.setPipeline(pipeline);
    pass.setBindGroup(1, own, offset, 0, 1);
    pass.dispatchWorkgroups(x, y, z);
    gpu.counters.dispatches++;
  };
  return {
    room,
    arena,
    stats,
    staging,
    at,
    words: new Int32Array(packedWords(room, dims.V)),
    credits: new Float32Array(room * 4),
    upload(batch) {
      side = 1 - side;
      gpu.device.queue.writeBuffer(tables[side]!, 0, batch);
    },
    forget(weights) {
      groups.delete(weights);
    },
    record(pass, phase, weights, load) {
      pass.setBindGroup(0, shared(weights));
      for (const step of steps[phase]) dispatch(pass, step, load);
    },
    recordApart(begin, phase, weights, load) {
      for (const step of steps[phase]) {
        const pass = begin(step.label);
        pass.setBindGroup(0, shared(weights));
        dispatch(pass, step, load);
        pass.end();
      }
    },
    dispose() {
      groups.clear();
      for (const buffer of [arena, stats, ...tables, staging, jobs]) gpu.destroy(buffer);
    },
  };
}

interface Step {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly offset: Uint32Array<ArrayBuffer>;
  readonly grid: Kernel["grid"];
}
