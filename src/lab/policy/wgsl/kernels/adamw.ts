import type { Dims } from "../layout/dims.ts";
import { workgroupSum } from "./kernel.ts";
import type { SliceLayout } from "./reduce.ts";
import { reduceGroups } from "./reduce.ts";

/** Floats of the update's uniform, in this order. */
export const UPDATE_FIELDS = [
  "lr",
  "beta1",
  "beta2",
  "oneMinusBeta1",
  "oneMinusBeta2",
  "epsilon",
  "decay", // lr · weightDecay
  "clipNorm",
  "correction1", // 1 / (1 − β1^t)
  "correction2",
  "decayNorms", // 1 or 0
  "mark", // what the report must carry
] as const;

export function adamwGroups({ p4 }: Dims): number {
  return Math.min(256, Math.ceil(p4 / 1024));
}

/**
 * Clip to the global norm, AdamW with decoupled decay on matrices, and the squares of the new parameters: one pass over
 * the flat vectors. Every workgroup adds up the reduction's partial squares itself, in the same order.
 * The clip factor is clip / (norm + 1e-6), at most 1, as in torch.nn.utils.clip_grad_norm_.
 */
export function adamwCode(
  dims: Dims,
  layout: SliceLayout,
  stats: Readonly<Record<"gradient" | "parameters" | "updateMark", number>>,
): string {
  const { p4, c4, at } = dims;
  const groups = adamwGroups(dims);
  return /* wgsl */ `
struct Update { ${UPDATE_FIELDS.map((name) => `${name}: f32`).join(", ")} }
@group(0) @binding(0) var<uniform> update: Update;
@group(0) @binding(1) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(4) var<storage, read> slices: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<f32>;

fn isNorm(i: u32) -> bool {
  if (i < ${at.layers}u) { return false; }
  if (i >= ${at.finalNorm}u) { return i < ${at.finalNorm + c4}u; }
  let r = (i - ${at.layers}u) % ${at.layer4}u;
  return r < ${at.qkv}u || (r >= ${at.norm2}u && r < ${at.gateUp}u);
}
${workgroupSum}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var square = 0.0;
  for (var i = lane; i < ${reduceGroups(dims).total}u; i += 256u) { square += stats[${stats.gradient}u + i]; }
  let norm = sqrt(workgroupSum(lane, square));
  var clip = 1.0;
  if (update.clipNorm > 0.0) { clip = min(1.0, update.clipNorm / (norm + 1e-6)); }
  var size = 0.0;
  for (var i = group.x * 256u + lane; i < ${p4}u; i += ${groups * 256}u) {
    let g = slices[${layout.gradient}u + i] * clip;
    let m = update.beta1 * first[i] + update.oneMinusBeta1 * g;
    let v = update.beta2 * second[i] + update.oneMinusBeta2 * g * g;
    first[i] = m;
    second[i] = v;
    var w = weights[i];
    if (update.decayNorms > 0.0 || !isNorm(i)) { w -= update.decay * w; }
    w -= update.lr * (m * update.correction1) / (sqrt(v * update.correction2) + update.epsilon);
    weights[i] = w;
    size += dot(w, w);
  }
  let squares = workgroupSum(lane, size);
  if (lane == 0u) { stats[${stats.parameters}u + group.x] = squares; }
  if (lane == 0u && group.x == 0u) { stats[${stats.updateMark}] = update.mark; }
}`;
}
