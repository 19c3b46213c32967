import type { Dims } from "../layout/dims.ts";
import { times } from "./kernel.ts";
import { productCode } from "./product.ts";

/** Quads of workgroup memory in which a slot's q k v, then its MLP's hidden numbers lie. */
const widest = ({ o4, f4 }: Dims) => Math.max(o4, f4);

/**
 * Single tokens through the decoder with a key/value cache, one workgroup for a few slots: a slot is one sequence at one
 * position. A thread computes four numbers of every slot at a time, so a weight is loaded once for all slots and a vector
 * once for four rows, and every barrier is waited for once.
 *
 * Declares `decode` (afterwards `x` holds the last hidden states) and `speak` (`z` = logits), which all threads enter. Needs
 * `weights`, `rope`, `cache`, `options.capacity`, in workgroup memory `spoken` (ids) and `position` of each slot, and there or in
 * storage `weight`, the attention [slot, head, position], and `z` [slot, V].
 * cache: [place, layer, position, k v]; `firstPlace` belongs to slot 0. Keys and values of the token at hand are read
 * from workgroup memory; those written now are read with the next token, before which the caller puts a storageBarrier.
 * Tokens after which nothing is `drawn` are only read: of them the last layer leaves no more than keys and values.
 */
export function decodeCode(dims: Dims, slots: number, lanes: number): string {
  const { shape, V, H, K, D, L, c4, f4, q4, kv4, o4, v4, at, normWidth } = dims;
  const w4 = widest(dims);
  const [d4, d8] = [D / 4, D / 8];
  const T = shape.context;
  const perHead = Math.max(1, Math.floor(lanes / H));
  const own = (count: number, body: string) => `for (var i = lane; i < ${count}u; i += ${lanes}u) { ${body} }`;
  const slotwise = (text: (slot: number) => string) => times(slots, text);
  const product = (k4: number, array: string, stride: number, rows: Record<string, string>, gain?: string) =>
    productCode({
      slots,
      k4,
      array,
      stride,
      rows,
      ...(gain ? { gain, epsilon: shape.normEpsilon, width: normWidth } : {}),
    });
  const residual = (k4: number, array: string, stride: number, weight: string) =>
    own(
      c4,
      `${product(k4, array, stride, { a: `${weight} + i * ${4 * k4}u` })} ${slotwise((s) => `x[${s * c4}u + i] += a${s};`)}`,
    );
  return /* wgsl */ `
var<workgroup> x: array<vec4f, ${slots * c4}>;
var<workgroup> wide: array<vec4f, ${slots * w4}>; // q k v, then the MLP's hidden
var<workgroup> attended: array<vec4f, ${slots * q4}>;

fn decode(lane: u32, firstPlace: u32, drawn: bool) {
  ${own(slots * c4, `x[i] = weights[${at.embed}u + spoken[i / ${c4}u] * ${c4}u + i % ${c4}u];`)}
  workgroupBarrier();
  for (var layer = 0u; layer < ${L}u; layer++) {
    let at = ${at.layers}u + layer * ${at.layer4}u;
    let ends = !drawn && layer == ${L - 1}u;
    // Norm, q k v and the rotary turn, four pairs of numbers (d, d + D/2) of a head at a time.
    ${own(
      o4 / 2,
      /* wgsl */ `
      let head = i / ${d8}u;
      if (ends && head < ${H}u) { continue; }
      let low = head * ${d4}u + i % ${d8}u;
      let first = at + ${at.qkv}u + low * ${4 * c4}u;
      ${product(c4, "x", c4, { a: "first", b: `first + ${(D / 2) * c4}u` }, `at + ${at.norm1}u`)}
      let scale = select(1.0, ${dims.scale}, head < ${H}u);
      ${slotwise(
        (s) => /* wgsl */ `{
        var cosine = vec4f(1.0);
        var sine = vec4f();
        if (head < ${H + K}u) {
          let turn = (position[${s}] * ${d8}u + i % ${d8}u) * 2u;
          cosine = rope[turn];
          sine = rope[turn + 1u];
        }
        wide[${s * w4}u + low] = (a${s} * cosine - b${s} * sine) * scale;
        wide[${s * w4 + d8}u + low] = (b${s} * cosine + a${s} * sine) * scale;
      }`,
      )}`,
    )}
    workgroupBarrier();
    ${slotwise(
      (s) => /* wgsl */ `{
      let keys = ((firstPlace + ${s}u) * ${L}u + layer) * options.capacity * ${2 * kv4}u + position[${s}] * ${2 * kv4}u;
      ${own(2 * kv4, `cache[keys + i] = wide[${s * w4 + q4}u + i];`)}
    }`,
    )}
    // Others may still be at their share of the keys and values.
    if (ends) { workgroupBarrier(); break; }
    ${slotwise(
      (s) => /* wgsl */ `{
      let last = position[${s}];
      let keys = ((firstPlace + ${s}u) * ${L}u + layer) * options.capacity * ${2 * kv4}u;
      // A thread stays with one head, whose query it holds.
      let head = lane % ${H}u;
      let query = ${s * w4}u + head * ${d4}u;
      ${times(d4, (d) => `let q${d} = wide[query + ${d}u];`, " ")}
      for (var j = lane / ${H}u; j <= last; j += ${perHead}u) {
        var sum = 0.0;
        if (j < last) {
          let key = keys + j * ${2 * kv4}u + head / ${H / K}u * ${d4}u;
          ${times(d4, (d) => `sum += dot(q${d}, cache[key + ${d}u]);`, " ")}
        } else {
          let key = ${s * w4 + q4}u + head / ${H / K}u * ${d4}u;
          ${times(d4, (d) => `sum += dot(q${d}, wide[key + ${d}u]);`, " ")}
        }
        if (lane < ${H * perHead}u) { weight[(${s * H}u + head) * ${T}u + j] = sum; }
      }
    }`,
    )}
    workgroupBarrier();
    ${own(
      slots * q4,
      /* wgsl */ `
      let slot = i / ${q4}u;
      let head = i % ${q4}u / ${d4}u;
      let row = (slot * ${H}u + head) * ${T}u;
      let last = position[slot];
      let value = ${kv4}u + head / ${H / K}u * ${d4}u + i % ${d4}u;
      let values = ((firstPlace + slot) * ${L}u + layer) * options.capacity * ${2 * kv4}u + value;
      var top = weight[row + last];
      for (var j = 0u; j < last; j++) { top = max(top, weight[row + j]); }
      var total = exp(weight[row + last] - top);
      var sum = total * wide[slot * ${w4}u + ${q4}u + value];
      for (var j = 0u; j < last; j++) {
        let p = exp(weight[row + j] - top);
        total += p;
        sum += p * cache[values + j * ${2 * kv4}u];
      }
      attended[i] = sum / total;`,
    )}
    workgroupBarrier();
    ${residual(q4, "attended", q4, `at + ${at.out}u`)}
    workgroupBarrier();
    ${own(
      f4,
      /* wgsl */ `
      let first = at + ${at.gateUp}u + i * ${4 * c4}u;
      ${product(c4, "x", c4, { a: "first", b: `first + ${4 * f4 * c4}u` }, `at + ${at.norm2}u`)}
      ${slotwise((s) => `wide[${s * w4}u + i] = a${s} / (1.0 + exp(-a${s})) * b${s};`)}`,
    )}
    workgroupBarrier();
    ${residual(f4, "wide", w4, `at + ${at.down}u`)}
    workgroupBarrier();
  }
}

fn speak(lane: u32) {
  ${own(
    v4,
    /* wgsl */ `
    ${productCode({
      ...{ slots, k4: c4, array: "x", stride: c4, rows: { a: `${at.head}u + i * ${4 * c4}u` } },
      ...(V % 4 === 0 ? {} : { left: `${V - 1}u - 4u * i` }),
      ...{ gain: `${at.finalNorm}u`, epsilon: shape.normEpsilon, width: normWidth },
    })}
    for (var j = 0u; j < min(4u, ${V}u - 4u * i); j++) { ${slotwise((s) => `z[${s * V}u + 4u * i + j] = a${s}[j];`)} }`,
  )}
  workgroupBarrier();
}`;
}

/** Floats of workgroup memory that {@link decodeCode} takes for each slot, beside `weight` and `z`. */
export function decodeFloats(dims: Dims): number {
  const { c4, q4 } = dims;
  return 4 * (c4 + widest(dims) + q4);
}
