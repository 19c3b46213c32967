import type { Dims } from "../dims.ts";
import { times } from "./kernel.ts";
import { productCode } from "./product.ts";

/** A slot's numbers in workgroup memory. */
const widest = ({ o4, f4 }: Dims) => 4 * Math.max(o4, f4);

/**
 * Single tokens through the decoder with a key/value cache, one workgroup for a few slots: a slot is one sequence at one
 * position. Every weight is loaded once for all slots, and every barrier waited for once.
 *
 * Declares `decode` (afterwards `x` holds the last hidden states) and `speak` (`z` = logits), which all threads enter. Needs
 * `weights`, `rope`, `cache`, `options.capacity` and, in workgroup memory, `spoken` (ids) and `position` of each slot.
 * cache: [place, layer, position, k v]; `firstPlace` belongs to slot 0. Keys and values of the token at hand are read
 * from workgroup memory; those written now are read with the next token, before which the caller puts a storageBarrier.
 */
export function decodeCode(dims: Dims, slots: number, lanes: number): string {
  const { shape, V, H, K, D, L, c4, f4, q4, kv4, o4, at } = dims;
  const [C, F, O, Q, W] = [4 * c4, 4 * f4, 4 * o4, 4 * q4, widest(dims)];
  const d4 = D / 4;
  const T = shape.context;
  const perHead = Math.max(1, Math.floor(lanes / H));
  const own = (count: string, body: string) => `for (var i = lane; i < ${count}; i += ${lanes}u) { ${body} }`;
  const slotwise = (text: (slot: number) => string) => times(slots, text);
  const quad = (array: string, at: string) =>
    `vec4f(${array}[${at}], ${array}[${at} + 1u], ${array}[${at} + 2u], ${array}[${at} + 3u])`;
  const product = (k4: number, array: string, stride: number, rows: Record<string, string>, gain?: string) =>
    productCode({ slots, k4, array, stride, rows, ...(gain ? { gain, epsilon: shape.normEpsilon } : {}) });
  const residual = (k4: number, array: string, stride: number, weight: string) =>
    own(
      `${C}u`,
      `${product(k4, array, stride, { a: `${weight} + i * ${k4}u` })} ${slotwise((s) => `x[${s * C}u + i] += a${s};`)}`,
    );
  return /* wgsl */ `
var<workgroup> x: array<f32, ${slots * C}>;
var<workgroup> wide: array<f32, ${slots * W}>; // q k v, then the MLP's hidden
var<workgroup> attended: array<f32, ${slots * Q}>;
var<workgroup> weight: array<f32, ${slots * H * T}>; // attention, [slot, head, position]
var<workgroup> z: array<f32, ${slots * V}>;

fn decode(lane: u32, firstPlace: u32) {
  ${own(
    `${slots * C}u`,
    `let c = i % ${C}u; x[i] = weights[${at.embed}u + spoken[i / ${C}u] * ${c4}u + c / 4u][c % 4u];`,
  )}
  workgroupBarrier();
  for (var layer = 0u; layer < ${L}u; layer++) {
    let at = ${at.layers}u + layer * ${at.layer4}u;
    // Norm, q k v and the rotary turn, a pair of numbers (d, d + D/2) of a head at a time.
    ${own(
      `${O / 2}u`,
      /* wgsl */ `
      let head = i / ${D / 2}u;
      let d = i % ${D / 2}u;
      let row = head * ${D}u + d;
      let first = at + ${at.qkv}u + row * ${c4}u;
      ${product(c4, "x", C, { a: "first", b: `first + ${(D / 2) * c4}u` }, `at + ${at.norm1}u`)}
      let scale = select(1.0, ${1 / Math.sqrt(D)}, head < ${H}u);
      ${slotwise(
        (s) => /* wgsl */ `{
        var cosine = 1.0;
        var sine = 0.0;
        if (head < ${H + K}u) {
          let turn = (position[${s}] * ${D / 8}u + d / 4u) * 2u;
          cosine = rope[turn][d % 4u];
          sine = rope[turn + 1u][d % 4u];
        }
        wide[${s * W}u + row] = (a${s} * cosine - b${s} * sine) * scale;
        wide[${s * W + D / 2}u + row] = (b${s} * cosine + a${s} * sine) * scale;
      }`,
      )}`,
    )}
    workgroupBarrier();
    ${slotwise(
      (s) => /* wgsl */ `{
      let last = position[${s}];
      let keys = ((firstPlace + ${s}u) * ${L}u + layer) * options.capacity * ${2 * kv4}u;
      // A thread stays with one head, whose query it holds.
      let head = lane % ${H}u;
      let query = ${s * W}u + head * ${D}u;
      ${times(d4, (d) => `let q${d} = ${quad("wide", `query + ${4 * d}u`)};`, " ")}
      for (var j = lane / ${H}u; j <= last; j += ${perHead}u) {
        var sum = 0.0;
        if (j < last) {
          let key = keys + j * ${2 * kv4}u + head / ${H / K}u * ${d4}u;
          ${times(d4, (d) => `sum += dot(q${d}, cache[key + ${d}u]);`, " ")}
        } else {
          let key = ${s * W + Q}u + head / ${H / K}u * ${D}u;
          ${times(d4, (d) => `sum += dot(q${d}, ${quad("wide", `key + ${4 * d}u`)});`, " ")}
        }
        if (lane < ${H * perHead}u) { weight[(${s * H}u + head) * ${T}u + j] = sum; }
      }
      ${own(`${2 * kv4}u`, `cache[keys + last * ${2 * kv4}u + i] = ${quad("wide", `${s * W + Q}u + 4u * i`)};`)}
    }`,
    )}
    workgroupBarrier();
    ${own(
      `${slots * q4}u`,
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
      var sum = total * ${quad("wide", `slot * ${W}u + ${Q}u + 4u * value`)};
      for (var j = 0u; j < last; j++) {
        let p = exp(weight[row + j] - top);
        total += p;
        sum += p * cache[values + j * ${2 * kv4}u];
      }
      ${times(4, (d) => `attended[4u * i + ${d}u] = sum[${d}] / total;`)}`,
    )}
    workgroupBarrier();
    ${residual(q4, "attended", Q, `at + ${at.out}u`)}
    workgroupBarrier();
    ${own(
      `${F}u`,
      /* wgsl */ `
      let first = at + ${at.gateUp}u + i * ${c4}u;
      ${product(c4, "x", C, { a: "first", b: `first + ${F * c4}u` }, `at + ${at.norm2}u`)}
      ${slotwise((s) => `wide[${s * W}u + i] = a${s} / (1.0 + exp(-a${s})) * b${s};`)}`,
    )}
    workgroupBarrier();
    ${residual(f4, "wide", W, `at + ${at.down}u`)}
    workgroupBarrier();
  }
}

fn speak(lane: u32) {
  ${own(
    `${V}u`,
    `${product(c4, "x", C, { a: `${at.head}u + i * ${c4}u` }, `${at.finalNorm}u`)}
    ${slotwise((s) => `z[${s * V}u + i] = a${s};`)}`,
  )}
  workgroupBarrier();
}`;
}

/** Floats of workgroup memory that {@link decodeCode} takes for each slot. */
export function decodeFloats(dims: Dims): number {
  const { shape, V, H, c4, q4 } = dims;
  return 4 * c4 + widest(dims) + 4 * q4 + H * shape.context + V;
}
