import type { Dims } from "../dims.ts";
import { drawCode } from "./draw.ts";
import { times } from "./kernel.ts";
import { threefry } from "./threefry.ts";

/** New tokens of one dispatch: bounded, so that no dispatch runs long on a slow GPU. */
export const TOKENS_PER_DISPATCH = 16;

/** The uniform's words, in this order; f32 where marked. */
export const OPTION_FIELDS = [
  ["maxNew", "u32"],
  ["capacity", "u32"], // cached positions per row
  ["temperature", "f32"],
  ["topP", "f32"],
  ["seed", "u32"],
  ["stream", "u32"],
  ["step", "u32"],
  ["firstRow", "u32"],
  ["gate", "u32"],
  ["beta", "f32"],
  ["switchToken", "i32"],
  ["eos", "u32"],
] as const;

/** Words of a row before its [N] ids, logp, entropy (and λ): tokens written, ended, prompt read, switched. */
export const STATE_WORDS = 4;

/**
 * Rollouts: one workgroup per sequence. The first dispatch reads the prompts into the key/value cache, each further one
 * writes up to {@link TOKENS_PER_DISPATCH} tokens; a row that has ended returns at once. Where a row stands is kept in
 * `out`, so every dispatch is the same. With two streams the row has two caches and every token goes through both.
 *
 * prompts: per row and stream (place of its first id, length), then the ids. cache: [row, stream, layer, position, k v].
 */
export function rolloutCode(dims: Dims, streams: number, lanes: number): string {
  const { shape, V, H, K, D, L, c4, f4, q4, kv4, o4, at } = dims;
  const d4 = D / 4;
  const d8 = D / 8;
  const T = shape.context;
  const perRow = streams === 1 ? 3 : 4;
  const own = (count: string | number, body: string) =>
    `for (var i = lane; i < ${typeof count === "number" ? `${count}u` : count}; i += ${lanes}u) { ${body} }`;
  const quad = (array: string, at: string) =>
    `vec4f(${array}[${at}], ${array}[${at} + 1u], ${array}[${at} + 2u], ${array}[${at} + 3u])`;
  /** Σ_k W[row, k] · (array[k] gain[k]). */
  const product = (k4: number, weight: string, array: string, gain?: string) => /* wgsl */ `
      var sum = 0.0;
      let w = ${weight} + i * ${k4}u;
      for (var k = 0u; k < ${k4}u; k++) {
        sum += dot(weights[w + k], ${quad(array, "4u * k")}${gain ? ` * weights[${gain} + k]` : ""});
      }`;
  return /* wgsl */ `
struct Options { ${OPTION_FIELDS.map(([name, type]) => `${name}: ${type}`).join(", ")} }
@group(0) @binding(0) var<uniform> options: Options;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> rope: array<vec4f>;
@group(0) @binding(3) var<storage, read> prompts: array<i32>;
@group(0) @binding(4) var<storage, read_write> cache: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> out: array<u32>;

var<workgroup> x: array<f32, ${4 * c4}>;
var<workgroup> wide: array<f32, ${4 * Math.max(o4, f4)}>; // q k v, then the MLP's hidden
var<workgroup> query: array<vec4f, ${q4}>;
var<workgroup> attended: array<f32, ${4 * q4}>;
var<workgroup> weight: array<f32, ${H * T}>; // attention, [head, position]
var<workgroup> z: array<f32, ${V * streams}>;
var<workgroup> score: array<f32, ${V}>;
var<workgroup> kept: array<f32, ${V}>;
var<workgroup> shownCount: u32;
var<workgroup> shownToken: u32;
var<workgroup> shownFlags: u32; // 1 stop, 2 switched, 4 prompt read
${threefry}
${drawCode(V, streams, lanes)}

fn inverseNorm() -> f32 {
  var square = 0.0;
  for (var k = 0u; k < ${4 * c4}u; k++) { square += x[k] * x[k]; }
  return inverseSqrt(square / ${4 * c4}.0 + ${shape.normEpsilon});
}

/** One token through the decoder at a position of a stream's cache; afterwards x is its last hidden state. */
fn advance(lane: u32, place: u32, token: u32, position: u32) {
  ${own(4 * c4, `x[i] = weights[${at.embed}u + token * ${c4}u + i / 4u][i % 4u];`)}
  workgroupBarrier();
  for (var layer = 0u; layer < ${L}u; layer++) {
    let at = ${at.layers}u + layer * ${at.layer4}u;
    let keys = (place * ${L}u + layer) * options.capacity * ${2 * kv4}u;
    var rstd = inverseNorm();
    ${own(4 * o4, `${product(c4, `at + ${at.qkv}u`, "x", `at + ${at.norm1}u`)} wide[i] = sum * rstd;`)}
    workgroupBarrier();
    ${own(
      o4 / 2,
      /* wgsl */ `
      let head = i / ${d8}u;
      let pair = head * ${D}u + i % ${d8}u * 4u;
      var low = ${quad("wide", "pair")};
      var high = ${quad("wide", `pair + ${D / 2}u`)};
      if (head < ${H + K}u) {
        let turn = (position * ${d8}u + i % ${d8}u) * 2u;
        let turned = low * rope[turn] - high * rope[turn + 1u];
        high = high * rope[turn] + low * rope[turn + 1u];
        low = turned;
      }
      if (head < ${H}u) {
        query[pair / 4u] = low * ${1 / Math.sqrt(D)};
        query[pair / 4u + ${d8}u] = high * ${1 / Math.sqrt(D)};
      } else {
        let to = keys + position * ${2 * kv4}u + pair / 4u - ${q4}u;
        cache[to] = low;
        cache[to + ${d8}u] = high;
      }`,
    )}
    storageBarrier();
    workgroupBarrier();
    let length = position + 1u;
    ${own(
      `${H}u * length`,
      /* wgsl */ `
      let head = i / length;
      let key = keys + i % length * ${2 * kv4}u + head / ${H / K}u * ${d4}u;
      weight[i] = ${times(d4, (d) => `dot(query[head * ${d4}u + ${d}u], cache[key + ${d}u])`, " + ")};`,
    )}
    workgroupBarrier();
    ${own(
      q4,
      /* wgsl */ `
      let head = i / ${d4}u;
      let value = keys + ${kv4}u + head / ${H / K}u * ${d4}u + i % ${d4}u;
      var top = -3.0e38;
      for (var j = 0u; j < length; j++) { top = max(top, weight[head * length + j]); }
      var total = 0.0;
      var sum = vec4f();
      for (var j = 0u; j < length; j++) {
        let p = exp(weight[head * length + j] - top);
        total += p;
        sum += p * cache[value + j * ${2 * kv4}u];
      }
      ${times(4, (d) => `attended[4u * i + ${d}u] = sum[${d}] / total;`)}`,
    )}
    workgroupBarrier();
    ${own(4 * c4, `${product(q4, `at + ${at.out}u`, "attended")} x[i] += sum;`)}
    workgroupBarrier();
    rstd = inverseNorm();
    ${own(
      4 * f4,
      /* wgsl */ `
      var gate = 0.0;
      var up = 0.0;
      let w = at + ${at.gateUp}u + i * ${c4}u;
      for (var k = 0u; k < ${c4}u; k++) {
        let in = ${quad("x", "4u * k")} * weights[at + ${at.norm2}u + k];
        gate += dot(weights[w + k], in);
        up += dot(weights[w + ${4 * f4 * c4}u + k], in);
      }
      gate *= rstd;
      wide[i] = gate / (1.0 + exp(-gate)) * up * rstd;`,
    )}
    workgroupBarrier();
    ${own(4 * c4, `${product(f4, `at + ${at.down}u`, "wide")} x[i] += sum;`)}
    workgroupBarrier();
  }
}

fn speak(lane: u32, stream: u32) {
  let rstd = inverseNorm();
  ${own(V, `${product(c4, `${at.head}u`, "x", `${at.finalNorm}u`)} z[stream * ${V}u + i] = sum * rstd;`)}
  workgroupBarrier();
}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = options.firstRow + group.x;
  let mine = row * (${STATE_WORDS}u + ${perRow}u * options.maxNew);
  if (lane == 0u) {
    shownCount = out[mine];
    shownFlags = out[mine + 1u] | (out[mine + 2u] << 2u) | (out[mine + 3u] << 1u);
    shownToken = out[mine + ${STATE_WORDS}u + max(out[mine], 1u) - 1u];
  }
  if ((workgroupUniformLoad(&shownFlags) & 4u) == 0u) {
    for (var stream = 0u; stream < ${streams}u; stream++) {
      let ids = u32(prompts[(row * ${streams}u + stream) * 2u]);
      let length = u32(prompts[(row * ${streams}u + stream) * 2u + 1u]);
      for (var i = 0u; i + 1u < length; i++) {
        advance(lane, group.x * ${streams}u + stream, u32(prompts[ids + i]), i);
      }
    }
    if (lane == 0u) { out[mine + 2u] = 1u; }
    return;
  }
  for (var n = 0u; n < ${TOKENS_PER_DISPATCH}u; n++) {
    let count = workgroupUniformLoad(&shownCount);
    let flags = workgroupUniformLoad(&shownFlags);
    if ((flags & 1u) != 0u || count >= options.maxNew) { return; }
    let token = workgroupUniformLoad(&shownToken);
    for (var stream = 0u; stream < ${streams}u; stream++) {
      let ids = u32(prompts[(row * ${streams}u + stream) * 2u]);
      let length = u32(prompts[(row * ${streams}u + stream) * 2u + 1u]);
      var spoken = token;
      if (count == 0u) { spoken = u32(prompts[ids + length - 1u]); }
      advance(lane, group.x * ${streams}u + stream, spoken, length - 1u + count);
      speak(lane, stream);
    }
    let drawn = draw(lane, row, count, (flags & 2u) != 0u);
    if (lane == 0u) {
      let to = mine + ${STATE_WORDS}u + count;
      out[to] = drawn.id;
      out[to + options.maxNew] = bitcast<u32>(drawn.logp);
      out[to + 2u * options.maxNew] = bitcast<u32>(drawn.entropy);
      ${streams > 1 ? "out[to + 3u * options.maxNew] = bitcast<u32>(drawn.lambda);" : ""}
      out[mine] = count + 1u;
      shownCount = count + 1u;
      shownToken = drawn.id;
      if (drawn.id == options.eos) { out[mine + 1u] = 1u; shownFlags |= 1u; }
      if (i32(drawn.id) == options.switchToken) { out[mine + 3u] = 1u; shownFlags |= 2u; }
    }
    workgroupBarrier();
  }
}`;
}

/** Bytes of workgroup memory of {@link rolloutCode}. */
export function rolloutWorkgroupBytes({ shape, V, H, c4, f4, q4, o4 }: Dims, streams: number): number {
  const floats = 4 * c4 + 4 * Math.max(o4, f4) + 8 * q4 + H * shape.context + V * (streams + 2) + 8;
  return floats * 4;
}
