import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude, times } from "./kernel.ts";
import { keyParts, partsMain, takeParts } from "./keyParts.ts";

/*
 * Causal attention over packed rows, keys already rotated. A thread owns one (token, head), or a part of its keys (see
 * keyParts.ts): its query and its sums stay in registers, and the threads of a workgroup walk the same keys together, so
 * loads are shared by the cache. One pass, softmax online. [N, O] → [N, Q], and log Σ exp per (token, head) [N, H] for the
 * recomputing backward.
 */
export function attentionKernel({ D, H, K, o4, q4, scale }: Dims, sharing: boolean): Kernel {
  const fields = ["qkv", "out", "lse"];
  const d4 = D / 4;
  const share = keyParts(sharing, d4 + 1);
  return {
    label: "attention",
    fields,
    code: /* wgsl */ `${prelude(fields)}
${partsMain(share, d4 + 1)}
  let head = group.y;
  let query = job.qkv + n * ${o4}u + head * ${d4}u;
  let keys = job.qkv + ${q4}u + head / ${H / K}u * ${d4}u;
  ${times(d4, (d) => `let q${d} = arena[query + ${d}u] * ${scale}; var o${d} = vec4f();`)}
  var top = -3.0e38;
  var total = 0.0;
  for (var j = u32(tables[batch.first + n]) + local.y; j <= n; j += ${share.parts}u) {
    let key = keys + j * ${o4}u;
    let score = ${times(d4, (d) => `dot(q${d}, arena[key + ${d}u])`, " + ")};
    if (score > top) {
      let shrink = exp(top - score);
      total *= shrink;
      ${times(d4, (d) => `o${d} *= shrink;`, " ")}
      top = score;
    }
    let p = exp(score - top);
    total += p;
    let value = key + ${(K * D) / 4}u;
    ${times(d4, (d) => `o${d} += p * arena[value + ${d}u];`)}
  }
  let softmax = vec4f(top, total, 0.0, 0.0);
  ${takeParts(
    share,
    [...Array.from({ length: d4 }, (_, d) => `o${d}`), "softmax"],
    (laid) => /* wgsl */ `
    let other = ${laid[d4]};
    let higher = max(top, other.x);
    let mine = exp(top - higher);
    let theirs = exp(other.x - higher);
    ${times(d4, (d) => `o${d} = o${d} * mine + ${laid[d]} * theirs;`, " ")}
    total = total * mine + other.y * theirs;
    top = higher;`,
  )}
  let out = job.out + n * ${q4}u + head * ${d4}u;
  ${times(d4, (d) => `arena[out + ${d}u] = o${d} / total;`)}
  stats[job.lse + n * ${H}u + head] = top + log(total);
}`,
    grid: ({ tokens }) => [ceilDiv(tokens, share.tokens), H, 1],
  };
}
