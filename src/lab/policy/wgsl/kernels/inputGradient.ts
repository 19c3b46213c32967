import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, prelude, times } from "./kernel.ts";
import { rowsOf, sizeOf, splitFinish, splitLoop, splitMemory, splitOf } from "./split.ts";

/*
 * dx = dy · W, register-blocked: a thread computes 4 rows × 4 columns, or its part of them (see split.ts); W is read row by
 * row along its columns. What follows in backward is fused behind it.
 */
interface InputGradient {
  readonly label: string;
  /** Quads of a row of dy: the contraction. */
  readonly k4: number;
  /** Whether threads may share the contraction. */
  readonly sharing: boolean;
  /** Quads of a row of dx. */
  readonly groups: number;
  readonly extra: readonly string[];
  readonly lastRow?: number;
  /** Row of dy that belongs to token n. */
  readonly source?: (n: string) => string;
  /** Quad k of row m of what dy is multiplied with, summed over the row into `own`. */
  readonly beside?: (m: string) => string;
  /** What becomes of `dx`, columns `group` of row n; m is its source row. */
  readonly after: string;
}

function inputGradientKernel(spec: InputGradient): Kernel {
  const { label, k4, sharing, groups, extra, lastRow, source, beside, after } = spec;
  const fields = ["dy", "out", "weight", ...extra];
  const weightRow = (j: number) => (lastRow === undefined ? `4u * k + ${j}u` : `min(4u * k + ${j}u, ${lastRow}u)`);
  const split = splitOf(k4, sharing);
  const { parts, tall } = split;
  const code = /* wgsl */ `${prelude(fields)}
fn finish(n: u32, m: u32, group: u32, dx: vec4f, own: f32) {
  ${after}
}
${splitMemory(split)}
${beside ? `var<workgroup> shares: array<vec4f, ${8 * tall * parts}>;` : ""}
@compute ${sizeOf(split)}
fn main(@builtin(global_invocation_id) place: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let group = place.x;
  let row = place.y * 4u;
  let inside = group < ${groups}u && row < batch.tokens;
  ${times(
    4,
    (r) => `let n${r} = min(row + ${r}u, batch.tokens - 1u);
  let m${r} = ${source?.(`n${r}`) ?? `n${r}`};
  var s${r} = vec4f();`,
  )}
  var own = vec4f();
  ${
    beside
      ? /* wgsl */ `
  // The threads of a row share its sum.
  for (var k = local.z * 8u + local.x; k < ${k4}u; k += ${8 * parts}u) {
    own += vec4f(${times(4, (r) => `dot(arena[job.dy + m${r} * ${k4}u + k], ${beside(`m${r}`)})`, ", ")});
  }
  shares[(local.y * ${parts}u + local.z) * 8u + local.x] = own;
  workgroupBarrier();
  own = ${times(8 * parts, (i) => `shares[local.y * ${8 * parts}u + ${i}u]`, " + ")};`
      : ""
  }
  if (inside) {
    ${splitLoop(split, k4)} {
      ${times(4, (j) => `let w${j} = weights[job.weight + (${weightRow(j)}) * ${groups}u + group];`)}
      ${times(
        4,
        (r) => `{
        let dy = arena[job.dy + m${r} * ${k4}u + k];
        s${r} += dy.x * w0 + dy.y * w1 + dy.z * w2 + dy.w * w3;
      }`,
      )}
    }
  }
  ${splitFinish(split, "batch.tokens", (r, sum) => `let n = row + ${r}; finish(n, ${source?.("n") ?? "n"}, group, ${sum}, own[${r}]);`)}
}`;
  return { label, fields, code, grid: ({ tokens }) => [ceilDiv(groups, 8), ceilDiv(tokens, rowsOf(split)), 1] };
}

/** dOut = dx1 · Wo: [N, C] → [N, Q]. */
export function attentionOutputGradientKernel({ c4, q4 }: Dims, sharing: boolean): Kernel {
  return inputGradientKernel({
    label: "gradient of the attention's output",
    k4: c4,
    sharing,
    groups: q4,
    extra: [],
    after: `arena[job.out + n * ${q4}u + group] = dx;`,
  });
}

/** dHidden = dx · Wd, then through SwiGLU: [N, C] → dGate and dUp [N, 2F]. */
export function hiddenGradientKernel({ c4, f4 }: Dims, sharing: boolean): Kernel {
  return inputGradientKernel({
    label: "gradient of gate and up",
    k4: c4,
    sharing,
    groups: f4,
    extra: ["gateUp"],
    after: /* wgsl */ `
  let gate = arena[job.gateUp + n * ${2 * f4}u + group];
  let up = arena[job.gateUp + n * ${2 * f4}u + ${f4}u + group];
  let sigma = 1.0 / (1.0 + exp(-gate));
  arena[job.out + n * ${2 * f4}u + group] = dx * up * sigma * (1.0 + gate * (1.0 - sigma));
  arena[job.out + n * ${2 * f4}u + ${f4}u + group] = dx * gate * sigma;`,
  });
}

/**
 * RMSNorm's backward behind the product, for y = rstd · (x g) Wᵀ and dn = dy · W:
 * dx = residual + rstd g dn − x rstd² (Σ_o y_o dy_o) / C. The row sum Σ x g dn of the textbook equals Σ y dy / rstd, which
 * needs no second pass over the row.
 */
const throughNorm = (
  { c4, normWidth }: Pick<Dims, "c4" | "normWidth">,
  dx: string,
  rstd: string,
  own: string,
) => /* wgsl */ `
  let rstd = ${rstd};
  let place = n * ${c4}u + group;
  arena[job.out + place] = ${dx} rstd * weights[job.norm + group] * dx
    - arena[job.x + place] * (rstd * rstd * (${own}) / ${normWidth}.0);`;

/** dx1 = dx + norm's backward of dGateUp · Wgu: [N, 2F] → [N, C]. */
export function gateUpInputGradientKernel({ c4, f4, normWidth }: Dims, sharing: boolean): Kernel {
  return inputGradientKernel({
    label: "gradient through the second norm",
    k4: 2 * f4,
    sharing,
    groups: c4,
    extra: ["norm", "rstd", "x", "residual", "gateUp"],
    beside: (m) => `arena[job.gateUp + ${m} * ${2 * f4}u + k]`,
    after: throughNorm({ c4, normWidth }, "arena[job.residual + place] +", "stats[job.rstd + n]", "own"),
  });
}

/** dx = dx1 + norm's backward of dQkv · Wqkv: [N, O] → [N, C]. */
export function qkvInputGradientKernel({ c4, o4, H, K, normWidth }: Dims, sharing: boolean): Kernel {
  const heads = H + K;
  return inputGradientKernel({
    label: "gradient through the first norm",
    k4: o4,
    sharing,
    groups: c4,
    extra: ["norm", "rstd", "x", "residual", "own"],
    after: /* wgsl */ `
  var sum = 0.0;
  for (var head = 0u; head < ${heads}u; head++) { sum += stats[job.own + n * ${heads}u + head]; }
  ${throughNorm({ c4, normWidth }, "arena[job.residual + place] +", "stats[job.rstd + n]", "sum")}`,
  });
}

/** dx of the decoder's output = norm's backward of dz · head; 0 where a token is not scored: [S, V] → [N, C]. */
export function headInputGradientKernel({ c4, v4, V, normWidth }: Dims, sharing: boolean): Kernel {
  return inputGradientKernel({
    label: "gradient through the head",
    k4: v4,
    sharing,
    groups: c4,
    extra: ["norm", "rstd", "x", "own"],
    ...(V % 4 === 0 ? {} : { lastRow: V - 1 }),
    source: (n) => `u32(max(tables[batch.slot + ${n}], 0))`,
    after: /* wgsl */ `
  if (tables[batch.slot + n] < 0) {
    arena[job.out + n * ${c4}u + group] = vec4f();
    return;
  }
  ${throughNorm({ c4, normWidth }, "", "stats[job.rstd + m]", "stats[job.own + m]")}`,
  });
}
