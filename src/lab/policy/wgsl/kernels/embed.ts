import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude } from "./kernel.ts";
import { slicesUsed, slicesUsedCode } from "./reduce.ts";

/** out[n] = E[ids[n]]: [N] → [N, C]. */
export function embedKernel({ c4, at }: Dims): Kernel {
  const fields = ["out"];
  return {
    label: "embed",
    fields,
    code: /* wgsl */ `${prelude(fields)}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) place: vec3u) {
  let n = place.x / ${c4}u;
  if (n >= batch.tokens) { return; }
  let id = u32(tables[batch.ids + n]);
  arena[job.out + place.x] = weights[${at.embed}u + id * ${c4}u + place.x % ${c4}u];
}`,
    grid: ({ tokens }) => [ceilDiv(tokens * c4, 256), 1, 1],
  };
}

/**
 * Gradient of the embedding: slices[slice][id] = Σ dx[n] over the tokens n of that id, each slice a part of them. Tokens
 * come sorted by id, so the sum has one order and needs no atomic floats. [N, C] → [slices used, V, C].
 */
export function embedGradientKernel({ c4, V }: Dims, slices: number, stride: number): Kernel {
  const fields = ["dx", "out"];
  return {
    label: "embedding gradient",
    fields,
    code: /* wgsl */ `${prelude(fields)}
${slicesUsedCode(slices)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) place: vec3u) {
  let id = place.y;
  let c = place.x;
  if (c >= ${c4}u) { return; }
  let first = u32(tables[batch.bucket + id]);
  let end = u32(tables[batch.bucket + id + 1u]);
  var before = 0u;
  var all = end - first;
  if (batch.all > batch.tokens) {
    before = u32(tables[batch.idsBefore + id]);
    all = u32(tables[batch.idsAll + id]);
  }
  let chunk = (all + slicesUsed() - 1u) / slicesUsed();
  let begin = first + max(place.z * chunk, before) - before;
  let to = first + max(min((place.z + 1u) * chunk, before + end - first), before) - before;
  let sumAt = place.z * ${stride}u + job.out + id * ${c4}u + c;
  var sum = vec4f();
  if (batch.before > 0u) { sum = slices[sumAt]; }
  for (var i = begin; i < to; i++) {
    sum += arena[job.dx + u32(tables[batch.order + i]) * ${c4}u + c];
  }
  slices[sumAt] = sum;
}`,
    grid: ({ all }) => [ceilDiv(c4, 64), V, slicesUsed(all, slices)],
  };
}
