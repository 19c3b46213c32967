import type { Dims } from "../layout/dims.ts";
import type { Kernel } from "./kernel.ts";
import { linearKernel } from "./linear.ts";

/**
 * Norm, the fused q, k, v projection, and the rotary turn of q and k: [N, C] → [N, O]. A thread takes four pairs
 * (i, i + D/2) of one head, the half-rotation layout of Hugging Face.
 */
export function qkvKernel({ shape, c4, o4, D, H, K, normWidth }: Dims): Kernel {
  const d8 = D / 8;
  return linearKernel({
    label: "norm, q k v, rotation",
    k4: c4,
    groups: o4 / 2,
    norm: { epsilon: shape.normEpsilon, width: normWidth },
    columns: [
      `((group / ${d8}u) * ${D}u + (group % ${d8}u) * 4u)`,
      `((group / ${d8}u) * ${D}u + (group % ${d8}u) * 4u + ${D / 2}u)`,
    ],
    after: /* wgsl */ `
  if (group / ${d8}u < ${H + K}u) {
    let turn = ((n - u32(tables[batch.first + n])) * ${d8}u + group % ${d8}u) * 2u;
    let cosine = rope[turn];
    let sine = rope[turn + 1u];
    let low = y0;
    y0 = low * cosine - y1 * sine;
    y1 = y1 * cosine + low * sine;
  }
  arena[job.out + n * ${o4}u + c0 / 4u] = y0;
  arena[job.out + n * ${o4}u + c1 / 4u] = y1;`,
  });
}

/** Norm, gate and up [N, C] → [N, 2F] (kept for backward), and hidden = silu(gate) · up [N, F]. */
export function gateUpKernel({ shape, c4, f4, normWidth }: Dims): Kernel {
  return linearKernel({
    label: "norm, gate up, SwiGLU",
    k4: c4,
    groups: f4,
    extra: ["hidden"],
    norm: { epsilon: shape.normEpsilon, width: normWidth },
    columns: ["(group * 4u)", `(${4 * f4}u + group * 4u)`],
    after: /* wgsl */ `
  arena[job.out + n * ${2 * f4}u + group] = y0;
  arena[job.out + n * ${2 * f4}u + ${f4}u + group] = y1;
  arena[job.hidden + n * ${f4}u + group] = y0 / (1.0 + exp(-y0)) * y1;`,
  });
}

/** out = residual + x · Wᵀ: [N, 4·k4] → [N, C]. */
export function residualKernel({ c4 }: Dims, label: string, k4: number, sharing: boolean): Kernel {
  return linearKernel({
    label,
    k4,
    sharing,
    groups: c4,
    extra: ["residual"],
    columns: ["(group * 4u)"],
    after: `arena[job.out + n * ${c4}u + group] = arena[job.residual + n * ${c4}u + group] + y0;`,
  });
}

/** Final norm and head of the scored rows: [N, C] → [S, V], padded to quads with zeros. */
export function logitsKernel({ shape, c4, v4, V, normWidth }: Dims): Kernel {
  const beyond = `vec4u(c0, c0 + 1u, c0 + 2u, c0 + 3u) >= vec4u(${V}u)`;
  return linearKernel({
    label: "norm, logits",
    k4: c4,
    groups: v4,
    norm: { epsilon: shape.normEpsilon, width: normWidth },
    columns: ["(group * 4u)"],
    ...(V % 4 === 0 ? {} : { lastRow: V - 1 }),
    gathered: true,
    after: `
  ${V % 4 === 0 ? "" : `y0 = select(y0, vec4f(), ${beyond});`}
  arena[job.out + n * ${v4}u + group] = y0;`,
  });
}
