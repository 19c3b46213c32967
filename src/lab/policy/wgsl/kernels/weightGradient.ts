import type { Dims } from "../layout/dims.ts";
import { ceilDiv, type Kernel, NONE, prelude, times } from "./kernel.ts";
import { slicesUsed, slicesUsedCode } from "./reduce.ts";

/** One matrix of a grouped dispatch: dW [O, I] from dy [N, O] and x [N, I]. */
interface WeightTask {
  readonly dy: number;
  readonly x: number;
  /** RMSNorm's 1/rms per row of dy, or NONE. */
  readonly rstd: number;
  /** Where the matrix lies in the flat gradient, quads. */
  readonly out: number;
  /** Quads of a row of dy and of x. */
  readonly o4: number;
  readonly i4: number;
}

/** Quads of rows and of columns of a workgroup's tile: 8 × 8 threads, 8 × 4 numbers each. */
const ROWS4 = 16;
const COLUMNS4 = 8;

/**
 * slices[slice] = dyᵀ · (rstd x) over the slice's tokens, for all matrices of a layer in one dispatch. The norm's gain is
 * left out: the reduction multiplies it in, and takes the gain's own gradient from the same numbers.
 * Tokens are cut into at most `slices` parts so that small policies fill a GPU; every part is summed in order. A micro-batch
 * goes on with the parts as those before it left them: the bits are those of one piece.
 * `scored`: rows of dy are the scored tokens, x is gathered.
 */
export function weightGradientKernel(
  { V }: Dims,
  tasks: readonly Pick<WeightTask, "o4" | "i4">[],
  slices: number,
  stride: number,
  scored: boolean,
): Kernel {
  const starts = [0];
  for (const { o4, i4 } of tasks) starts.push(starts.at(-1)! + ceilDiv(o4, ROWS4) * ceilDiv(i4, COLUMNS4));
  const fields = tasks.flatMap((_, t) => weightTaskFields(t));
  const [count, all, before] = scored
    ? ["batch.scored", "batch.scoredAll", "batch.scoredBefore"]
    : ["batch.tokens", "batch.all", "batch.before"];
  const pick = (t: number) => {
    const { o4, i4 } = tasks[t]!;
    return /* wgsl */ `${t > 0 ? "else " : ""}if (tile < ${starts[t + 1]}u) {
    tile -= ${starts[t]}u;
    o4 = ${o4}u; i4 = ${i4}u; dy = job.dy${t}; x = job.x${t}; rstd = job.rstd${t}; out = job.out${t};
  }`;
  };
  const guard = (row: string) => (scored && V % 4 !== 0 ? `if (${row} < ${V}u) ` : "");
  return {
    label: scored ? "gradient of the head" : "gradient of a layer's matrices",
    fields,
    code: /* wgsl */ `${prelude(fields)}
${slicesUsedCode(slices)}
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  var tile = group.x;
  var o4 = 0u; var i4 = 0u; var dy = 0u; var x = 0u; var rstd = 0u; var out = 0u;
  ${times(tasks.length, pick)}
  let across = (i4 + ${COLUMNS4 - 1}u) / ${COLUMNS4}u;
  let o = tile / across * ${ROWS4}u + local.y * 2u;
  let i = tile % across * ${COLUMNS4}u + local.x;
  if (o >= o4 || i >= i4) { return; }
  let below = min(o + 1u, o4 - 1u);
  let chunk = (${all} + slicesUsed() - 1u) / slicesUsed();
  let begin = max(group.z * chunk, ${before}) - ${before};
  let to = max(min((group.z + 1u) * chunk, ${before} + ${count}), ${before}) - ${before};
  let place = group.z * ${stride}u + out + 4u * o * i4 + i;
  ${times(8, (r) => `var s${r} = vec4f();`, " ")}
  if (batch.before > 0u) {
    ${times(4, (r) => `${guard(`4u * o + ${r}u`)}{ s${r} = slices[place + ${r}u * i4]; }`)}
    if (below > o) {
      ${times(4, (r) => `${guard(`4u * o + ${r + 4}u`)}{ s${r + 4} = slices[place + ${r + 4}u * i4]; }`)}
    }
  }
  for (var n = begin; n < to; n++) {
    var right = arena[x + ${scored ? "u32(tables[batch.source + n])" : "n"} * i4 + i];
    if (rstd != ${NONE}u) { right *= stats[rstd + n]; }
    let high = arena[dy + n * o4 + o];
    let low = arena[dy + n * o4 + below];
    ${times(4, (r) => `s${r} += high[${r}] * right; s${r + 4} += low[${r}] * right;`)}
  }
  ${times(4, (r) => `${guard(`4u * o + ${r}u`)}{ slices[place + ${r}u * i4] = s${r}; }`)}
  if (below > o) {
    ${times(4, (r) => `${guard(`4u * o + ${r + 4}u`)}{ slices[place + ${r + 4}u * i4] = s${r + 4}; }`)}
  }
}`,
    grid: ({ all }) => [starts.at(-1)!, 1, slicesUsed(all, slices)],
  };
}

function weightTaskFields(t: number): string[] {
  return [`dy${t}`, `x${t}`, `rstd${t}`, `out${t}`];
}
