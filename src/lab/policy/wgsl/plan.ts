import { PolicyError } from "../policy.ts";
import { HEADER_WORDS, packedWords } from "./batch.ts";
import { type Gpu, Usage } from "./device.ts";
import type { Dims } from "./dims.ts";
import { JOB_WORDS, type Kernel, type Load, NONE } from "./kernels/kernel.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import { type KernelName, type Program, statsHead } from "./program.ts";

/*
 * A plan: room for so many tokens, and the dispatches of a step with everything they need already bound. A step replays
 * the list; nothing is created. Numbers do not depend on the room, only on the batch, so a plan may grow at any time.
 */

/** A contiguous list of dispatches of one plan. */
export type Phase = "forward" | "tokenHead" | "backward";

export interface Plan {
  /** Tokens that fit. */
  readonly room: number;
  readonly arena: GPUBuffer;
  readonly stats: GPUBuffer;
  readonly tables: GPUBuffer;
  readonly staging: GPUBuffer;
  /** Byte offsets in the arena. */
  readonly at: { readonly logits: number; readonly scores: number; readonly credits: number };
  /** Written afresh with every batch. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly credits: Float32Array<ArrayBuffer>;
  /** Bindings of a set of weights; made on first use. */
  shared(weights: GPUBuffer): GPUBindGroup;
  /** Drops the bindings of weights that are no more. */
  forget(weights: GPUBuffer): void;
  record(pass: GPUComputePassEncoder, phase: Phase, weights: GPUBuffer, load: Load): void;
  /** The same with a pass of its own for every dispatch, which `begin` opens under the kernel's label: for measuring. */
  recordApart(begin: (label: string) => GPUComputePassEncoder, phase: Phase, weights: GPUBuffer, load: Load): void;
  dispose(): void;
}

interface Job {
  readonly kernel: KernelName;
  readonly values: Readonly<Record<string, number>>;
}

/** Rooms grow by halves and doubles, so that batches of varied lengths do not make many plans. */
export function roomFor(tokens: number): number {
  let room = 256;
  while (room < tokens) room = (room & (room - 1)) === 0 ? room * 1.5 : (room / 3) * 4;
  return room;
}

/** Hands out consecutive places. */
function allocator(start: number) {
  let next = start;
  return {
    take(size: number) {
      const at = next;
      next += size;
      return at;
    },
    get total() {
      return next;
    },
  };
}

function jobsOf(dims: Dims, room: number) {
  const { L, H, K, c4, f4, o4, q4, v4, at } = dims;
  const arena = allocator(0);
  const stats = allocator(statsHead(dims).rest);
  const slices = sliceLayout(dims);
  const rows = (quads: number) => arena.take(room * quads);
  const layers = Array.from({ length: L }, (_, index) => ({
    weights: at.layers + index * at.layer4,
    x: rows(c4),
    qkv: rows(o4),
    attended: rows(q4),
    lse: stats.take(room * H),
    x1: rows(c4),
    gateUp: rows(2 * f4),
    hidden: rows(f4),
    rstd1: stats.take(room),
    rstd2: stats.take(room),
  }));
  const decoded = rows(c4);
  const logits = rows(v4);
  const scores = rows(1);
  const credits = rows(1);
  const dx = [rows(c4), rows(c4)] as const;
  const [dx1, dGateUp, dQkv, dOut] = [rows(c4), rows(2 * f4), rows(o4), rows(q4)];
  const [rstd, ownHead] = [stats.take(room), stats.take(room)];
  const [delta, own] = [stats.take(room * H), stats.take(room * (H + K))];

  const forward: Job[] = [{ kernel: "embed", values: { out: layers[0]!.x } }];
  for (const [index, l] of layers.entries()) {
    const w = l.weights;
    forward.push(
      {
        kernel: "qkv",
        values: { x: l.x, out: l.qkv, weight: w + at.qkv, norm: w + at.norm1, rstd: l.rstd1 },
      },
      { kernel: "attention", values: { qkv: l.qkv, out: l.attended, lse: l.lse } },
      { kernel: "attentionOut", values: { x: l.attended, out: l.x1, weight: w + at.out, residual: l.x } },
      {
        kernel: "gateUp",
        values: {
          x: l.x1,
          out: l.gateUp,
          hidden: l.hidden,
          weight: w + at.gateUp,
          norm: w + at.norm2,
          rstd: l.rstd2,
        },
      },
      {
        kernel: "down",
        values: { x: l.hidden, out: layers[index + 1]?.x ?? decoded, weight: w + at.down, residual: l.x1 },
      },
    );
  }
  const head = { weight: at.head, norm: at.finalNorm, rstd };
  forward.push({ kernel: "logits", values: { x: decoded, out: logits, ...head } });

  const backward: Job[] = [
    { kernel: "tokenHeadGradient", values: { logits, scores, credits, own: ownHead } },
    { kernel: "headInputGradient", values: { dy: logits, out: dx[0], x: decoded, own: ownHead, ...head } },
    { kernel: "headGradient", values: { dy0: logits, x0: decoded, rstd0: rstd, out0: at.head } },
  ];
  for (let index = L - 1; index >= 0; index--) {
    const l = layers[index]!;
    const w = l.weights;
    const dxIn = dx[(L - 1 - index) % 2]!;
    const dxOut = dx[(L - index) % 2]!;
    backward.push(
      {
        kernel: "hiddenGradient",
        values: { dy: dxIn, out: dGateUp, weight: w + at.down, gateUp: l.gateUp },
      },
      {
        kernel: "gateUpInputGradient",
        values: {
          dy: dGateUp,
          out: dx1,
          weight: w + at.gateUp,
          norm: w + at.norm2,
          rstd: l.rstd2,
          x: l.x1,
          residual: dxIn,
          gateUp: l.gateUp,
        },
      },
      { kernel: "attentionOutputGradient", values: { dy: dx1, out: dOut, weight: w + at.out } },
      {
        kernel: "queryGradient",
        values: { qkv: l.qkv, out: l.attended, dOut, lse: l.lse, dQkv, delta, own },
      },
      { kernel: "keyGradient", values: { qkv: l.qkv, dOut, lse: l.lse, delta, dQkv, own } },
      {
        kernel: "qkvInputGradient",
        values: {
          dy: dQkv,
          out: dxOut,
          weight: w + at.qkv,
          norm: w + at.norm1,
          rstd: l.rstd1,
          x: l.x,
          residual: dx1,
          own,
        },
      },
      {
        kernel: "layerGradient",
        values: Object.fromEntries(
          [
            { dy: dQkv, x: l.x, rstd: l.rstd1, out: w + at.qkv },
            { dy: dx1, x: l.attended, rstd: NONE, out: w + at.out },
            { dy: dGateUp, x: l.x1, rstd: l.rstd2, out: w + at.gateUp },
            { dy: dxIn, x: l.hidden, rstd: NONE, out: w + at.down },
          ].flatMap((task, t) => Object.entries(task).map(([name, value]) => [`${name}${t}`, value])),
        ),
      },
    );
  }
  backward.push(
    { kernel: "embedGradient", values: { dx: dx[L % 2]!, out: slices.embed } },
    { kernel: "reduce", values: { partials: statsHead(dims).gradient } },
  );
  const tokenHead: Job[] = [{ kernel: "tokenHead", values: { logits, out: scores } }];
  return {
    phases: { forward, tokenHead, backward } satisfies Record<Phase, Job[]>,
    arenaBytes: arena.total * 16,
    statsBytes: stats.total * 4,
    at: { logits: logits * 16, scores: scores * 16, credits: credits * 16 },
  };
}

/** Bytes of the largest buffer that a batch of `tokens` tokens needs. */
export function planBytes(dims: Dims, tokens: number): number {
  return jobsOf(dims, roomFor(tokens)).arenaBytes;
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
  const stats = gpu.buffer("statistics", statsBytes, storage | copySource);
  const tables = gpu.buffer("batch", tableBytes, storage | uniform | copyTarget);
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
  const groups = new Map<GPUBuffer, GPUBindGroup>();
  const shared = (weights: GPUBuffer) => {
    let group = groups.get(weights);
    if (!group) {
      group = gpu.bindGroup(program.shared, [
        { buffer: tables, size: HEADER_WORDS * 4 },
        { buffer: tables, offset: HEADER_WORDS * 4 },
        { buffer: weights },
        { buffer: program.rope },
      ]);
      groups.set(weights, group);
    }
    return group;
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
    tables,
    staging,
    at,
    words: new Int32Array(packedWords(room, dims.V)),
    credits: new Float32Array(room * 4),
    shared,
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
      for (const buffer of [arena, stats, tables, staging, jobs]) gpu.destroy(buffer);
    },
  };
}

interface Step {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly offset: Uint32Array<ArrayBuffer>;
  readonly grid: Kernel["grid"];
}
