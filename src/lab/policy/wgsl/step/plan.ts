import { PolicyError } from "../../policy.ts";
import { type Gpu, Usage } from "../device/device.ts";
import { JOB_WORDS, type Kernel, type Load } from "../kernels/kernel.ts";
import { HEADER_WORDS, packedWords } from "../layout/batch.ts";
import type { Dims } from "../layout/dims.ts";
import { bytesPerToken, jobsOf, type Phase } from "./jobs.ts";
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

const LEAST_ROOM = 256;

/** Rooms grow by halves and doubles, so that batches of varied lengths do not make many plans. */
function roomFor(tokens: number): number {
  let room = LEAST_ROOM;
  while (room < tokens) room = nextRoom(room);
  return room;
}

const nextRoom = (room: number) => ((room & (room - 1)) === 0 ? room * 1.5 : (room / 3) * 4);

/** Tokens of the largest room of which the activations lie within so many bytes, and within what the device allows. */
export function tokensWithin({ limits }: GPUDevice, dims: Dims, bytes: number): number {
  const allowed = Math.min(bytes, limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const most = Math.min(Math.floor(allowed / bytesPerToken(dims)), mostTokens(limits, dims.c4));
  let room = LEAST_ROOM;
  while (nextRoom(room) <= most) room = nextRoom(room);
  return Math.min(room, most);
}

/** Tokens that the widest dispatch of a step can be asked about. */
const mostTokens = ({ maxComputeWorkgroupsPerDimension: most }: GPUSupportedLimits, c4: number) =>
  Math.floor((most * 256) / c4);

/** @throws {PolicyError} "limits" where the device does not allow a plan with room for so many tokens */
export function checkPlan(gpu: Gpu, { dims }: Program, tokens: number): void {
  const room = roomFor(tokens);
  gpu.allow(`activations of ${tokens} tokens`, room * bytesPerToken(dims));
  const most = mostTokens(gpu.device.limits, dims.c4);
  if (room > most) {
    throw new PolicyError("limits", `a batch must have at most ${most} tokens, got ${tokens}`);
  }
}

/** Bytes of the buffers of a plan with room for so many tokens. */
export function planBytes(dims: Dims, tokens: number): number {
  const room = roomFor(tokens);
  const { arenaBytes, statsBytes } = jobsOf(dims, room);
  return arenaBytes + statsBytes + 2 * tableBytes(dims, room) + stagingBytes(dims, room);
}

const tableBytes = ({ V }: Dims, room: number) => packedWords(room, V) * 4;
const stagingBytes = (dims: Dims, room: number) => room * 16 + statsHead(dims).rest * 4;

/** With room for so many tokens, see {@link checkPlan}. */
export function openPlan(gpu: Gpu, program: Program, slices: GPUBuffer, tokens: number): Plan {
  const { dims } = program;
  const room = roomFor(tokens);
  const { phases, arenaBytes, statsBytes, at } = jobsOf(dims, room);
  const { storage, copySource, copyTarget, mapRead } = Usage;
  const arena = gpu.buffer("activations", arenaBytes, storage | copySource | copyTarget);
  const stats = gpu.buffer("statistics", statsBytes, storage | copySource | copyTarget);
  const batches = batchTables(gpu, program, room);
  const staging = gpu.buffer("read-back", stagingBytes(dims, room), mapRead | copyTarget);
  const jobs = jobTable(gpu, program, phases);
  const own = gpu.bindGroup(program.own, [
    { buffer: jobs, size: JOB_WORDS * 4 },
    { buffer: arena },
    { buffer: stats },
    { buffer: slices },
  ]);
  const steps = stepsOf(program, phases);
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
    upload: batches.upload,
    forget: batches.forget,
    record(pass, phase, weights, load) {
      pass.setBindGroup(0, batches.bound(weights));
      for (const step of steps[phase]) dispatch(pass, step, load);
    },
    recordApart(begin, phase, weights, load) {
      for (const step of steps[phase]) {
        const pass = begin(step.label);
        pass.setBindGroup(0, batches.bound(weights));
        dispatch(pass, step, load);
        pass.end();
      }
    },
    dispose() {
      batches.dispose();
      for (const buffer of [arena, stats, staging, jobs]) gpu.destroy(buffer);
    },
  };
}

/** The uploaded batch, and its bindings with weights. */
function batchTables(gpu: Gpu, program: Program, room: number) {
  const { storage, uniform, copyTarget } = Usage;
  const bytes = tableBytes(program.dims, room);
  // Two, in turn: the next batch is uploaded while commands that read the last one are still held back.
  const tables = [0, 1].map(() => gpu.buffer("batch", bytes, storage | uniform | copyTarget));
  let side = 0;
  const groups = new Map<GPUBuffer, readonly GPUBindGroup[]>();
  const bind = (weights: GPUBuffer) =>
    tables.map((buffer) =>
      gpu.bindGroup(program.shared, [
        { buffer, size: HEADER_WORDS * 4 },
        { buffer, offset: HEADER_WORDS * 4 },
        { buffer: weights },
        { buffer: program.rope },
      ]),
    );
  return {
    upload(batch: Int32Array<ArrayBuffer>) {
      side = 1 - side;
      gpu.device.queue.writeBuffer(tables[side]!, 0, batch);
    },
    bound(weights: GPUBuffer): GPUBindGroup {
      const both = groups.get(weights) ?? bind(weights);
      groups.set(weights, both);
      return both[side]!;
    },
    forget(weights: GPUBuffer) {
      groups.delete(weights);
    },
    dispose() {
      groups.clear();
      for (const buffer of tables) gpu.destroy(buffer);
    },
  };
}

type Phases = ReturnType<typeof jobsOf>["phases"];

/** In the order of a step. */
export const PHASES = ["forward", "tokenHead", "backward", "reduce"] as const satisfies readonly Phase[];

/** The fields of every dispatch, in order, each at an offset of its own. */
function jobTable(gpu: Gpu, { kernels }: Program, phases: Phases): GPUBuffer {
  const all = PHASES.flatMap((phase) => phases[phase]);
  const words = new Uint32Array(all.length * JOB_WORDS);
  for (const [index, { kernel, values }] of all.entries()) {
    for (const [word, field] of kernels[kernel].fields.entries()) {
      const value = values[field];
      if (value === undefined) throw new Error(`plan: the job of ${kernel} must name its ${field}`);
      words[index * JOB_WORDS + word] = value;
    }
  }
  const jobs = gpu.buffer("jobs", words.byteLength, Usage.uniform | Usage.copyTarget);
  gpu.device.queue.writeBuffer(jobs, 0, words);
  return jobs;
}

/** The dispatches as they are recorded. */
function stepsOf({ kernels, pipelines }: Program, phases: Phases): Record<Phase, Step[]> {
  let index = 0;
  const steps = (phase: Phase): Step[] =>
    phases[phase].map(({ kernel }) => ({
      label: kernels[kernel].label,
      pipeline: pipelines[kernel],
      offset: Uint32Array.of(index++ * JOB_WORDS * 4),
      grid: kernels[kernel].grid,
    }));
  const [forward, tokenHead, backward, reduce] = PHASES.map(steps);
  return { forward: forward!, tokenHead: tokenHead!, backward: backward!, reduce: reduce! };
}

interface Step {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly offset: Uint32Array<ArrayBuffer>;
  readonly grid: Kernel["grid"];
}
