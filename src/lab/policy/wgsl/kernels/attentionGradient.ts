import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude, times } from "./kernel.ts";
import { keyParts, partsMain, takeParts } from "./keyParts.ts";

/*
 * Backward of causal attention, with probabilities recomputed from the kept log Σ exp: p = exp(q·k − lse),
 * ds = p · (do·v − δ), δ = do·o. Two kernels, one per query and one per key, so that every sum has one owner.
 * Gradients are turned back by the rotation before they are stored. `own` receives Σ y · dy of the projection's outputs
 * per (token, head): RMSNorm's backward needs their sum over a row and takes it from there.
 */

/** Turns the quads `name0 … ` of one head back and stores them. */
function storeTurnedBack(name: string, d4: number, to: string): string {
  const half = d4 / 2;
  return times(half, (i) => {
    const [low, high] = [`${name}${i}`, `${name}${i + half}`];
    return /* wgsl */ `{
    let cosine = rope[turn + ${2 * i}u];
    let sine = rope[turn + ${2 * i + 1}u];
    arena[${to} + ${i}u] = ${low} * cosine + ${high} * sine;
    arena[${to} + ${i + half}u] = ${high} * cosine - ${low} * sine;
  }`;
  });
}

/** dq, and δ [N, H] for the other kernel. */
export function queryGradientKernel({ D, H, K, o4, q4, kv4, scale }: Dims, sharing: boolean): Kernel {
  const fields = ["qkv", "out", "dOut", "lse", "dQkv", "delta", "own"];
  const d4 = D / 4;
  const share = keyParts(sharing, d4);
  return {
    label: "attention backward: queries",
    fields,
    code: /* wgsl */ `${prelude(fields)}
${partsMain(share, d4)}
  let head = group.y;
  let query = n * ${o4}u + head * ${d4}u;
  let keys = job.qkv + ${q4}u + head / ${H / K}u * ${d4}u;
  let row = n * ${q4}u + head * ${d4}u;
  var delta = 0.0;
  ${times(
    d4,
    (d) => `let q${d} = arena[job.qkv + query + ${d}u];
  let g${d} = arena[job.dOut + row + ${d}u];
  delta += dot(g${d}, arena[job.out + row + ${d}u]);
  var s${d} = vec4f();`,
  )}
  let lse = stats[job.lse + n * ${H}u + head];
  let first = u32(tables[batch.first + n]);
  for (var j = first + local.y; j <= n; j += ${share.parts}u) {
    let key = keys + j * ${o4}u;
    ${times(d4, (d) => `let k${d} = arena[key + ${d}u];`)}
    let p = exp((${times(d4, (d) => `dot(q${d}, k${d})`, " + ")}) * ${scale} - lse);
    let value = key + ${kv4}u;
    let dp = ${times(d4, (d) => `dot(g${d}, arena[value + ${d}u])`, " + ")};
    let ds = p * (dp - delta) * ${scale};
    ${times(d4, (d) => `s${d} += ds * k${d};`)}
  }
  ${takeParts(
    share,
    Array.from({ length: d4 }, (_, d) => `s${d}`),
    (laid) => times(d4, (d) => `s${d} += ${laid[d]};`, " "),
  )}
  stats[job.delta + n * ${H}u + head] = delta;
  stats[job.own + n * ${H + K}u + head] = ${times(d4, (d) => `dot(q${d}, s${d})`, " + ")};
  let turn = (n - first) * ${D / 4}u;
  ${storeTurnedBack("s", d4, "job.dQkv + query")}
}`,
    grid: ({ tokens }) => [ceilDiv(tokens, share.tokens), H, 1],
  };
}

/** dk and dv, summed over the queries that see the key and over the heads that share it. */
export function keyGradientKernel({ D, H, K, o4, q4, kv4, scale }: Dims, sharing: boolean): Kernel {
  const fields = ["qkv", "dOut", "lse", "delta", "dQkv", "own"];
  const d4 = D / 4;
  const shared = H / K;
  const share = keyParts(sharing, 2 * d4);
  const sums = ["dk", "dv"].flatMap((name) => Array.from({ length: d4 }, (_, d) => `${name}${d}`));
  return {
    label: "attention backward: keys, values",
    fields,
    code: /* wgsl */ `${prelude(fields)}
${partsMain(share, 2 * d4)}
  let pair = group.y;
  let key = n * ${o4}u + ${q4}u + pair * ${d4}u;
  let value = key + ${kv4}u;
  ${times(
    d4,
    (d) => `let k${d} = arena[job.qkv + key + ${d}u];
  let v${d} = arena[job.qkv + value + ${d}u];
  var dk${d} = vec4f();
  var dv${d} = vec4f();`,
  )}
  let end = tables[batch.end + n];
  for (var head = pair * ${shared}u; head < (pair + 1u) * ${shared}u; head++) {
    // From the row's end, where all of its keys begin: threads side by side read the same query.
    for (var t = end - 1 - i32(local.y); t >= i32(n); t -= ${share.parts}) {
      let i = u32(t);
      let query = job.qkv + i * ${o4}u + head * ${d4}u;
      let row = job.dOut + i * ${q4}u + head * ${d4}u;
      ${times(d4, (d) => `let q${d} = arena[query + ${d}u]; let g${d} = arena[row + ${d}u];`)}
      let score = ${times(d4, (d) => `dot(q${d}, k${d})`, " + ")};
      let p = exp(score * ${scale} - stats[job.lse + i * ${H}u + head]);
      let dp = ${times(d4, (d) => `dot(g${d}, v${d})`, " + ")};
      let ds = p * (dp - stats[job.delta + i * ${H}u + head]) * ${scale};
      ${times(d4, (d) => `dk${d} += ds * q${d}; dv${d} += p * g${d};`)}
    }
  }
  ${takeParts(share, sums, (laid) => times(sums.length, (i) => `${sums[i]} += ${laid[i]};`, " "))}
  stats[job.own + n * ${H + K}u + ${H}u + pair] = ${times(d4, (d) => `dot(k${d}, dk${d}) + dot(v${d}, dv${d})`, " + ")};
  let turn = (n - u32(tables[batch.first + n])) * ${D / 4}u;
  ${storeTurnedBack("dk", d4, "job.dQkv + key")}
  ${times(d4, (d) => `arena[job.dQkv + value + ${d}u] = dv${d};`)}
}`,
    grid: ({ tokens }) => [ceilDiv(tokens, share.tokens), K, 1],
  };
}
