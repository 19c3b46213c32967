import { ceilDiv, type Kernel, prelude, times } from "./kernel.ts";
import { rowsOf, sizeOf, splitFinish, splitLoop, splitMemory, splitOf } from "./split.ts";

/*
 * y = x · Wᵀ, register-blocked: a thread computes 4 rows × 4 (or 8) columns, both operands loaded as vec4 along the
 * contraction. RMSNorm before it costs four dot products, because the thread sees its rows anyway:
 * y = rstd · Σ_k (x_k g_k) W_ok, with rstd known only at the end. What follows is fused behind it.
 */
interface Linear {
  readonly label: string;
  /** Quads of the contraction. */
  readonly k4: number;
  /** Threads along the columns. */
  readonly groups: number;
  /** Job fields beside x, out, weight. */
  readonly extra?: readonly string[];
  /** RMSNorm of x: its epsilon, and how many numbers its mean is over. Adds the job fields norm and rstd, and writes rstd per row. */
  readonly norm?: { readonly epsilon: number; readonly width: number };
  /** First weight row of each four columns of a thread, in terms of `group`. */
  readonly columns: readonly [string] | readonly [string, string];
  /** Last weight row, where four columns may reach behind it. */
  readonly lastRow?: number;
  /** Whether threads may share the contraction. */
  readonly sharing?: boolean;
  /** Rows are the scored tokens of x. */
  readonly gathered?: boolean;
  /** What becomes of `y0` (and `y1`), the columns `c0 …` (and `c1 …`) of row n. */
  readonly after: string;
}

export function linearKernel(spec: Linear): Kernel {
  const { label, k4, groups, columns, lastRow, gathered = false, sharing = false, norm, after } = spec;
  const fields = ["x", "out", "weight", ...(norm ? ["norm", "rstd"] : []), ...(spec.extra ?? [])];
  const blocks = columns.length;
  const rows = gathered ? "batch.scored" : "batch.tokens";
  // With a norm the rows' squares would have to be shared out too; those contractions are as short as the width.
  const split = splitOf(k4, sharing && !norm && blocks === 1);
  const weightRow = (block: number, j: number) =>
    lastRow === undefined ? `c${block} + ${j}u` : `min(c${block} + ${j}u, ${lastRow}u)`;
  const rowStart = (r: number) => {
    const n = `min(row + ${r}u, ${rows} - 1u)`;
    return `let a${r} = job.x + ${gathered ? `u32(tables[batch.source + ${n}])` : n} * ${k4}u;`;
  };
  const scale = (r?: number) =>
    norm
      ? `let rstd = inverseSqrt(square${r} / ${norm.width}.0 + ${norm.epsilon});
    if (group == 0u) { stats[job.rstd + row + ${r}u] = rstd; }`
      : "let rstd = 1.0;";
  const sums = ["s", "t"] as const;
  const code = /* wgsl */ `${prelude(fields)}
fn finish(n: u32, group: u32, in0: vec4f, in1: vec4f, rstd: f32) {
  ${times(blocks, (b) => `let c${b} = ${columns[b]}; var y${b} = in${b} * rstd;`)}
  ${after}
}
${splitMemory(split)}
@compute ${sizeOf(split)}
fn main(@builtin(global_invocation_id) place: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let group = place.x;
  let row = place.y * 4u;
  let inside = group < ${groups}u && row < ${rows};
  ${times(blocks, (b) => `let c${b} = ${columns[b]};`)}
  ${times(blocks, (b) => times(4, (j) => `let w${b}${j} = job.weight + (${weightRow(b, j)}) * ${k4}u;`))}
  ${times(4, rowStart)}
  ${times(4, (r) => `var square${r} = 0.0; ${times(blocks, (b) => `var ${sums[b]}${r} = vec4f();`, " ")}`)}
  if (inside) {
  ${splitLoop(split, k4)} {
    ${norm ? "let gain = weights[job.norm + k];" : ""}
    ${times(4, (r) => `var x${r} = arena[a${r} + k];${norm ? ` square${r} += dot(x${r}, x${r}); x${r} *= gain;` : ""}`)}
    ${times(
      blocks,
      (b) => `{
      ${times(4, (j) => `let m${j} = weights[w${b}${j} + k];`)}
      ${times(4, (r) => `${sums[b]}${r} += vec4f(dot(x${r}, m0), dot(x${r}, m1), dot(x${r}, m2), dot(x${r}, m3));`)}
    }`,
    )}
  }
  }
  ${splitFinish(
    split,
    rows,
    (r, sum, fixed) =>
      `${scale(fixed)} finish(row + ${r}, group, ${sum}, ${blocks > 1 ? `t${fixed}` : "vec4f()"}, rstd);`,
  )}
}`;
  return {
    label,
    fields,
    code,
    grid: (load) => [ceilDiv(groups, 8), ceilDiv(gathered ? load.scored : load.tokens, rowsOf(split)), 1],
  };
}
