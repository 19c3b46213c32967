import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude } from "./kernel.ts";

/*
 * The token head: what the policy says about each scored token, from its row of logits, and back. One thread per token: at
 * the vocabularies used here (tens of characters) a row is a few dozen numbers, and every sum has one order.
 * In the last quad the logits beyond V are skipped.
 */
const eachQuad = (V: number, body: (lanes: string) => string) => {
  const full = Math.floor(V / 4);
  const rest = V % 4;
  const whole = `for (var q = 0u; q < ${full}u; q++) { let z = arena[row + q] * scale; ${body("")} }`;
  // The last quad takes part with its first logits only.
  const lanes = ["x", "xy", "xyz"][rest - 1];
  return rest === 0 ? whole : `${whole} { let z = arena[row + ${full}u] * scale; ${body(`.${lanes}`)} }`;
};

/** Σ over the components of a vector expression of as many lanes. */
const sumOf = (value: string, lanes: string) => {
  const count = lanes === "" ? 4 : lanes.length - 1;
  return count === 1 ? value : `dot(${value}, vec${count}f(1.0))`;
};
const dotOf = (a: string, b: string, lanes: string) =>
  lanes.length === 2 ? `${a}.x * ${b}.x` : `dot(${a}${lanes}, ${b}${lanes})`;
const maxOf = (lanes: string) =>
  [...(lanes === "" ? "xyzw" : lanes.slice(1))].map((lane) => `z.${lane}`).reduce((a, b) => `max(${a}, ${b})`);

/** [S, V] logits → [S] quads (log π(y), entropy, varentropy, mean log π). Nats. Marks what was asked: `stats[mark]`. */
export function tokenHeadKernel({ V, v4 }: Dims, mark: number): Kernel {
  const fields = ["logits", "out"];
  return {
    label: "token head",
    fields,
    code: /* wgsl */ `${prelude(fields)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) place: vec3u) {
  let m = place.x;
  if (m == 0u) { stats[${mark}] = f32(batch.mark); }
  if (m >= batch.scored) { return; }
  let row = job.logits + m * ${v4}u;
  let scale = bitcast<f32>(tables[batch.scale + m]);
  let y = u32(tables[batch.next + m]);
  var top = -3.4e38;
  var sum = 0.0;
  ${eachQuad(V, (l) => `top = max(top, ${maxOf(l)}); sum += ${sumOf(`z${l}`, l)};`)}
  var total = 0.0;
  var first = 0.0; // Σ e^(z − top) (z − top)
  ${eachQuad(V, (l) => `let d = z - top; let e = exp(d); total += ${sumOf(`e${l}`, l)}; first += ${dotOf("e", "d", l)};`)}
  let mean = first / total; // E[z] − top
  var second = 0.0;
  ${eachQuad(V, (l) => `let d = z - top - mean; let ed = exp(z - top) * d; second += ${dotOf("ed", "d", l)};`)}
  let logTotal = log(total);
  let zy = arena[row + y / 4u][y % 4u] * scale;
  arena[job.out + m] = vec4f(zy - top - logTotal, logTotal - mean, second / total, sum / ${V}.0 - top - logTotal);
}`,
    // Also where nothing is scored: the answer carries its mark all the same.
    grid: ({ scored }) => [Math.max(1, ceilDiv(scored, 64)), 1, 1],
  };
}

/**
 * From credits [S] (dLogp, dEntropy, dMeanLogp) to dz [S, V], written over the logits:
 * dz_j = (dLogp (1[j=y] − π_j) − dEntropy π_j (log π_j + H) + dMeanLogp (1/V − π_j)) / temperature.
 * `own` receives Σ_j z_j dz_j for the final norm's backward.
 */
export function tokenHeadGradientKernel({ V, v4 }: Dims): Kernel {
  const fields = ["logits", "scores", "credits", "own"];
  return {
    label: "token head backward",
    fields,
    code: /* wgsl */ `${prelude(fields)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) place: vec3u) {
  let m = place.x;
  if (m >= batch.scored) { return; }
  let row = job.logits + m * ${v4}u;
  let scale = bitcast<f32>(tables[batch.scale + m]);
  let y = u32(tables[batch.next + m]);
  let score = arena[job.scores + m];
  let credit = arena[job.credits + m];
  let normaliser = arena[row + y / 4u][y % 4u] * scale - score.x;
  var own = 0.0;
  for (var q = 0u; q < ${v4}u; q++) {
    let z = arena[row + q];
    let ids = vec4u(4u * q) + vec4u(0u, 1u, 2u, 3u);
    let logp = z * scale - normaliser;
    let p = exp(logp);
    let hit = select(vec4f(), vec4f(1.0), ids == vec4u(y));
    var dz = credit.x * (hit - p) - credit.y * p * (logp + score.y) + credit.z * (${1 / V} - p);
    dz = select(vec4f(), dz * scale, ids < vec4u(${V}u));
    own += dot(dz, z);
    arena[row + q] = dz;
  }
  stats[job.own + m] = own;
}`,
    grid: ({ scored }) => [ceilDiv(scored, 64), 1, 1],
  };
}
