import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude, workgroupSum } from "./kernel.ts";

/** How the partial gradients lie in their buffer, in quads. */
export interface SliceLayout {
  readonly slices: number;
  /** From one slice to the next. */
  readonly stride: number;
  /** The embedding's own part within a slice; with an untied head it is the embedding's place itself. */
  readonly embed: number;
  /** The whole gradient, behind the slices. */
  readonly gradient: number;
  /** All of it. */
  readonly total: number;
}

const MOST_SLICES = 8;
/** All of them together, in quads: 64 MB. */
const MOST_QUADS = 2 ** 22;
/** What a slice holds at most, until there are as many as there may be: shorter sums cost more to add up than they save. */
const TOKENS_PER_SLICE = 64;

export function sliceLayout(dims: Dims): SliceLayout {
  const { shape, p4, c4, V, at } = dims;
  const stride = p4 + (shape.tied ? V * c4 : 0);
  // A thread owns eight quads of a layer's matrices: 2^16 threads fill a GPU, and small policies get there by more slices.
  const wanted = Math.min(MOST_SLICES, Math.round(2 ** 19 / at.layer4), Math.floor((MOST_QUADS - p4) / stride));
  const slices = Math.max(1, wanted);
  return {
    slices,
    stride,
    embed: shape.tied ? p4 : 0,
    gradient: slices * stride,
    total: slices * stride + p4,
  };
}

/** How many of the slices a batch of so many tokens is cut into, in one piece or in micro-batches. */
export function slicesUsed(tokens: number, slices: number): number {
  return Math.max(1, Math.min(slices, ceilDiv(tokens, TOKENS_PER_SLICE)));
}

/** The same in WGSL. */
export const slicesUsedCode = (slices: number) => /* wgsl */ `
fn slicesUsed() -> u32 { return clamp((batch.all + ${TOKENS_PER_SLICE - 1}u) / ${TOKENS_PER_SLICE}u, 1u, ${slices}u); }`;

const FLAT_GROUPS = 256;
const LANES = 16;

/** Workgroups of the reduction, and so the length of the list of partial squared norms it leaves. */
export function reduceGroups({ p4, c4, L }: Dims): { flat: number; norms: number; total: number } {
  const flat = Math.min(FLAT_GROUPS, ceilDiv(p4, 1024));
  const norms = (2 * L + 1) * ceilDiv(c4, LANES);
  return { flat, norms, total: flat + norms };
}

/**
 * Sums the slices into the gradient, and the squares of each workgroup's share into `partials`.
 * A matrix behind a norm gets the norm's gain multiplied in: dW_oi = g_i Σ_s. The gain's own gradient is
 * dg_i = Σ_o W_oi Σ_s, the last workgroups' task: 16 columns of quads × 16 lanes of rows each.
 */
export function reduceKernel(dims: Dims, layout: SliceLayout): Kernel {
  const { shape, V, L, c4, f4, o4, p4, at } = dims;
  const fields = ["partials"];
  const groups = reduceGroups(dims);
  const blocks = ceilDiv(c4, LANES);
  const lmHead = shape.tied ? "" : `if (i >= ${at.head}u) { return ${at.finalNorm}u + (i - ${at.head}u) % ${c4}u; }`;
  return {
    label: "sum of the partial gradients",
    fields,
    code: /* wgsl */ `${prelude(fields)}
const PLAIN = 0xffffffffu;
const NORM = 0xfffffffeu;
/** Where the gain lies that multiplies gradient quad i. */
fn gainOf(i: u32) -> u32 {
  if (i < ${at.layers}u) { return ${shape.tied ? `${at.finalNorm}u + i % ${c4}u` : "PLAIN"}; }
  ${lmHead}
  if (i >= ${at.finalNorm}u) { return NORM; }
  let layer = (i - ${at.layers}u) / ${at.layer4}u * ${at.layer4}u + ${at.layers}u;
  let r = i - layer;
  if (r < ${at.qkv}u) { return NORM; }
  if (r < ${at.out}u) { return layer + ${at.norm1}u + (r - ${at.qkv}u) % ${c4}u; }
  if (r < ${at.norm2}u) { return PLAIN; }
  if (r < ${at.gateUp}u) { return NORM; }
  if (r < ${at.down}u) { return layer + ${at.norm2}u + (r - ${at.gateUp}u) % ${c4}u; }
  return PLAIN;
}
${slicesUsedCode(layout.slices)}
fn sliced(i: u32) -> vec4f {
  var sum = vec4f();
  for (var s = 0u; s < slicesUsed(); s++) { sum += slices[s * ${layout.stride}u + i]; }
  return sum;
}
var<workgroup> parts: array<vec4f, 256>;
${workgroupSum}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var square = 0.0;
  var column = vec4f();
  var norm = 0u;
  var c = 0u;
  if (group.x < ${groups.flat}u) {
    for (var i = group.x * 256u + lane; i < ${p4}u; i += ${groups.flat * 256}u) {
      let gain = gainOf(i);
      if (gain == NORM) { continue; }
      var g = sliced(i);
      if (gain != PLAIN) { g *= weights[gain]; }
      ${shape.tied ? `if (i < ${at.layers}u) { g += sliced(${layout.embed}u + i); }` : ""}
      slices[${layout.gradient}u + i] = g;
      square += dot(g, g);
    }
  } else {
    let task = (group.x - ${groups.flat}u) / ${blocks}u;
    c = (group.x - ${groups.flat}u) % ${blocks}u * ${LANES}u + lane % ${LANES}u;
    let layer = ${at.layers}u + task / 2u * ${at.layer4}u;
    var matrix = layer + ${at.qkv}u;
    var rows = ${4 * o4}u;
    norm = layer + ${at.norm1}u;
    if (task == ${2 * L}u) {
      matrix = ${at.head}u; rows = ${V}u; norm = ${at.finalNorm}u;
    } else if (task % 2u == 1u) {
      matrix = layer + ${at.gateUp}u; rows = ${8 * f4}u; norm = layer + ${at.norm2}u;
    }
    if (c < ${c4}u) {
      for (var o = lane / ${LANES}u; o < rows; o += ${256 / LANES}u) {
        let i = matrix + o * ${c4}u + c;
        column += weights[i] * sliced(i);
      }
    }
  }
  parts[lane] = column;
  workgroupBarrier();
  if (group.x >= ${groups.flat}u && lane < ${LANES}u && c < ${c4}u) {
    var g = vec4f();
    for (var r = 0u; r < ${256 / LANES}u; r++) { g += parts[r * ${LANES}u + lane]; }
    slices[${layout.gradient}u + norm + c] = g;
    square = dot(g, g);
  }
  square = workgroupSum(lane, square);
  if (lane == 0u) { stats[job.partials + group.x] = square; }
}`,
    grid: () => [groups.total, 1, 1],
  };
}
