import type { Gpu } from "../device/device.ts";
import { Usage } from "../device/device.ts";
import { adamwCode, adamwGroups, UPDATE_FIELDS } from "../kernels/adamw.ts";
import { attentionKernel } from "../kernels/attention.ts";
import { keyGradientKernel, queryGradientKernel } from "../kernels/attentionGradient.ts";
import { embedGradientKernel, embedKernel } from "../kernels/embed.ts";
import {
  attentionOutputGradientKernel,
  gateUpInputGradientKernel,
  headInputGradientKernel,
  hiddenGradientKernel,
  qkvInputGradientKernel,
} from "../kernels/inputGradient.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { mixCode } from "../kernels/mix.ts";
import { gateUpKernel, logitsKernel, qkvKernel, residualKernel } from "../kernels/projections.ts";
import { reduceGroups, reduceKernel, sliceLayout } from "../kernels/reduce.ts";
import { tokenHeadGradientKernel, tokenHeadKernel } from "../kernels/tokenHead.ts";
import { weightGradientKernel } from "../kernels/weightGradient.ts";
import { type Dims, ropeTable } from "../layout/dims.ts";

const COMPUTE = 0x4; // GPUShaderStage.COMPUTE

/**
 * The kernels of one policy shape, by their place in a step. `sharing`: whether the threads of a workgroup share long sums,
 * which takes barriers. GPUs gain by it; on software adapters, where every barrier stores all registers away, such a kernel
 * took three to five times as long.
 */
function kernelsOf(dims: Dims, sharing: boolean) {
  const { c4, f4, o4, q4, v4 } = dims;
  const { slices, stride } = sliceLayout(dims);
  const matrices = [
    { o4, i4: c4 }, // q, k, v
    { o4: c4, i4: q4 }, // attention's output
    { o4: 2 * f4, i4: c4 }, // gate, up
    { o4: c4, i4: f4 }, // down
  ];
  return {
    embed: embedKernel(dims),
    qkv: qkvKernel(dims),
    attention: attentionKernel(dims, sharing),
    attentionOut: residualKernel(dims, "attention's output, residual", q4, sharing),
    gateUp: gateUpKernel(dims),
    down: residualKernel(dims, "down, residual", f4, sharing),
    logits: logitsKernel(dims),
    tokenHead: tokenHeadKernel(dims, MARKS.scores),
    tokenHeadGradient: tokenHeadGradientKernel(dims),
    headInputGradient: headInputGradientKernel(dims, sharing),
    headGradient: weightGradientKernel(dims, [{ o4: v4, i4: c4 }], slices, stride, true),
    hiddenGradient: hiddenGradientKernel(dims, sharing),
    gateUpInputGradient: gateUpInputGradientKernel(dims, sharing),
    attentionOutputGradient: attentionOutputGradientKernel(dims, sharing),
    queryGradient: queryGradientKernel(dims, sharing),
    keyGradient: keyGradientKernel(dims, sharing),
    qkvInputGradient: qkvInputGradientKernel(dims, sharing),
    layerGradient: weightGradientKernel(dims, matrices, slices, stride, false),
    embedGradient: embedGradientKernel(dims, slices, stride),
    reduce: reduceKernel(dims, sliceLayout(dims)),
  } satisfies Record<string, Kernel>;
}

export type KernelName = keyof ReturnType<typeof kernelsOf>;

/** Where the marks of the last scores and of the last update lie in `stats`, see marks.ts. */
export const MARKS = { scores: 0, update: 1 } as const;
/** Floats before everything else in `stats`. */
export const MARK_WORDS = 4;

/** Where the two lists of partial squared norms begin in `stats`, behind the marks, and where the batch's own numbers may. */
export function statsHead(dims: Dims): { gradient: number; parameters: number; rest: number } {
  const gradient = MARK_WORDS;
  const parameters = gradient + reduceGroups(dims).total;
  return { gradient, parameters, rest: Math.ceil((parameters + adamwGroups(dims)) / 64) * 64 };
}

/** Everything compiled for one policy shape, whatever the batch. */
export interface Program {
  readonly dims: Dims;
  readonly kernels: Record<KernelName, Kernel>;
  readonly pipelines: Record<KernelName, GPUComputePipeline>;
  /** Batch, tables, weights, rope. */
  readonly shared: GPUBindGroupLayout;
  /** Job (dynamic offset), arena, stats, slices. */
  readonly own: GPUBindGroupLayout;
  readonly adamw: {
    readonly pipeline: GPUComputePipeline;
    readonly layout: GPUBindGroupLayout;
    readonly groups: number;
  };
  readonly mix: { readonly pipeline: GPUComputePipeline; readonly layout: GPUBindGroupLayout };
  /** Uniforms of the update and of the mix. */
  readonly update: GPUBuffer;
  readonly share: GPUBuffer;
  readonly rope: GPUBuffer;
}

/** Pipelines that {@link compileProgram} makes: the kernels, AdamW and the mixture of snapshots. */
export const pipelinesOf = (dims: Dims): number => Object.keys(kernelsOf(dims, false)).length + 2;

/** Compiles every kernel at once; `onPipeline` is called after each. */
export async function compileProgram(gpu: Gpu, dims: Dims, sharing: boolean, onPipeline: () => void): Promise<Program> {
  const { device } = gpu;
  const layout = (label: string, types: readonly (GPUBufferBindingType | "job")[]) =>
    device.createBindGroupLayout({
      label,
      entries: types.map((type, binding) => ({
        binding,
        visibility: COMPUTE,
        buffer: type === "job" ? { type: "uniform", hasDynamicOffset: true } : { type },
      })),
    });
  const shared = layout("shared", ["uniform", "read-only-storage", "read-only-storage", "read-only-storage"]);
  const own = layout("own", ["job", "storage", "storage", "storage"]);
  const adamwLayout = layout("AdamW", ["uniform", "storage", "storage", "storage", "read-only-storage", "storage"]);
  const mixLayout = layout("mix", ["uniform", "read-only-storage", "storage"]);
  const common = device.createPipelineLayout({ bindGroupLayouts: [shared, own] });
  const alone = (group: GPUBindGroupLayout) => device.createPipelineLayout({ bindGroupLayouts: [group] });

  const kernels = kernelsOf(dims, sharing);
  const names = Object.keys(kernels) as KernelName[];
  const compile = async (label: string, code: string, of: GPUPipelineLayout) => {
    const pipeline = await gpu.pipeline(label, code, of);
    onPipeline();
    return pipeline;
  };
  const head = statsHead(dims);
  const [adamw, mix, ...rest] = await Promise.all([
    compile("AdamW", adamwCode(dims, sliceLayout(dims), { ...head, updateMark: MARKS.update }), alone(adamwLayout)),
    compile("mix", mixCode(dims.p4), alone(mixLayout)),
    ...names.map((name) => compile(kernels[name].label, kernels[name].code, common)),
  ]);
  const table = ropeTable(dims);
  const rope = gpu.buffer("rotary table", table.byteLength, Usage.storage | Usage.copyTarget);
  device.queue.writeBuffer(rope, 0, table as Float32Array<ArrayBuffer>);
  return {
    dims,
    kernels,
    pipelines: Object.fromEntries(names.map((name, i) => [name, rest[i]!])) as Program["pipelines"],
    shared,
    own,
    adamw: { pipeline: adamw, layout: adamwLayout, groups: adamwGroups(dims) },
    mix: { pipeline: mix, layout: mixLayout },
    update: gpu.buffer("update", UPDATE_FIELDS.length * 4, Usage.uniform | Usage.copyTarget),
    share: gpu.buffer("mix", 16, Usage.uniform | Usage.copyTarget),
    rope,
  };
}
