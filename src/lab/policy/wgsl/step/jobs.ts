import { NONE } from "../kernels/kernel.ts";
import { sliceLayout } from "../kernels/reduce.ts";
import type { Dims } from "../layout/dims.ts";
import { type KernelName, statsHead } from "./program.ts";

/*
 * What a step does, in order, and where everything lies: places in `arena` and in the gradient are in quads, places in
 * `stats` in floats. Every layer keeps its activations; gradients of activations are reused from layer to layer.
 */

/** A contiguous list of dispatches of one plan. */
export type Phase = "forward" | "tokenHead" | "backward";

/** One dispatch: a kernel and the values of its fields. */
interface Job {
  readonly kernel: KernelName;
  readonly values: Readonly<Record<string, number>>;
}

/** Hands out consecutive places. */
function allocator(start: number) {
  let next = start;
  return {
    take(size: number) {
      const at = next;
      next += size;
      return at;
    },
    get total() {
      return next;
    },
  };
}

/** The dispatches of a step with room for so many tokens, and the bytes they need. */
export function jobsOf(dims: Dims, room: number) {
  const { L, H, K, c4, f4, o4, q4, v4, at } = dims;
  const arena = allocator(0);
  const stats = allocator(statsHead(dims).rest);
  const slices = sliceLayout(dims);
  const rows = (quads: number) => arena.take(room * quads);
  const layers = Array.from({ length: L }, (_, index) => ({
    weights: at.layers + index * at.layer4,
    x: rows(c4),
    qkv: rows(o4),
    attended: rows(q4),
    lse: stats.take(room * H),
    x1: rows(c4),
    gateUp: rows(2 * f4),
    hidden: rows(f4),
    rstd1: stats.take(room),
    rstd2: stats.take(room),
  }));
  const decoded = rows(c4);
  const logits = rows(v4);
  const scores = rows(1);
  const credits = rows(1);
  const dx = [rows(c4), rows(c4)] as const;
  const [dx1, dGateUp, dQkv, dOut] = [rows(c4), rows(2 * f4), rows(o4), rows(q4)];
  const [rstd, ownHead] = [stats.take(room), stats.take(room)];
  const [delta, own] = [stats.take(room * H), stats.take(room * (H + K))];

  const forward: Job[] = [{ kernel: "embed", values: { out: layers[0]!.x } }];
  for (const [index, l] of layers.entries()) {
    const w = l.weights;
    forward.push(
      {
        kernel: "qkv",
        values: { x: l.x, out: l.qkv, weight: w + at.qkv, norm: w + at.norm1, rstd: l.rstd1 },
      },
      { kernel: "attention", values: { qkv: l.qkv, out: l.attended, lse: l.lse } },
      { kernel: "attentionOut", values: { x: l.attended, out: l.x1, weight: w + at.out, residual: l.x } },
      {
        kernel: "gateUp",
        values: {
          x: l.x1,
          out: l.gateUp,
          hidden: l.hidden,
          weight: w + at.gateUp,
          norm: w + at.norm2,
          rstd: l.rstd2,
        },
      },
      {
        kernel: "down",
        values: { x: l.hidden, out: layers[index + 1]?.x ?? decoded, weight: w + at.down, residual: l.x1 },
      },
    );
  }
  const head = { weight: at.head, norm: at.finalNorm, rstd };
  forward.push({ kernel: "logits", values: { x: decoded, out: logits, ...head } });

  const backward: Job[] = [
    { kernel: "tokenHeadGradient", values: { logits, scores, credits, own: ownHead } },
    { kernel: "headInputGradient", values: { dy: logits, out: dx[0], x: decoded, own: ownHead, ...head } },
    { kernel: "headGradient", values: { dy0: logits, x0: decoded, rstd0: rstd, out0: at.head } },
  ];
  for (let index = L - 1; index >= 0; index--) {
    const l = layers[index]!;
    const w = l.weights;
    const dxIn = dx[(L - 1 - index) % 2]!;
    const dxOut = dx[(L - index) % 2]!;
    backward.push(
      {
        kernel: "hiddenGradient",
        values: { dy: dxIn, out: dGateUp, weight: w + at.down, gateUp: l.gateUp },
      },
      {
        kernel: "gateUpInputGradient",
        values: {
          dy: dGateUp,
          out: dx1,
          weight: w + at.gateUp,
          norm: w + at.norm2,
          rstd: l.rstd2,
          x: l.x1,
          residual: dxIn,
          gateUp: l.gateUp,
        },
      },
      { kernel: "attentionOutputGradient", values: { dy: dx1, out: dOut, weight: w + at.out } },
      {
        kernel: "queryGradient",
        values: { qkv: l.qkv, out: l.attended, dOut, lse: l.lse, dQkv, delta, own },
      },
      { kernel: "keyGradient", values: { qkv: l.qkv, dOut, lse: l.lse, delta, dQkv, own } },
      {
        kernel: "qkvInputGradient",
        values: {
          dy: dQkv,
          out: dxOut,
          weight: w + at.qkv,
          norm: w + at.norm1,
          rstd: l.rstd1,
          x: l.x,
          residual: dx1,
          own,
        },
      },
      {
        kernel: "layerGradient",
        values: Object.fromEntries(
          [
            { dy: dQkv, x: l.x, rstd: l.rstd1, out: w + at.qkv },
            { dy: dx1, x: l.attended, rstd: NONE, out: w + at.out },
            { dy: dGateUp, x: l.x1, rstd: l.rstd2, out: w + at.gateUp },
            { dy: dxIn, x: l.hidden, rstd: NONE, out: w + at.down },
          ].flatMap((task, t) => Object.entries(task).map(([name, value]) => [`${name}${t}`, value])),
        ),
      },
    );
  }
  backward.push(
    { kernel: "embedGradient", values: { dx: dx[L % 2]!, out: slices.embed } },
    { kernel: "reduce", values: { partials: statsHead(dims).gradient } },
  );
  const tokenHead: Job[] = [{ kernel: "tokenHead", values: { logits, out: scores } }];
  return {
    phases: { forward, tokenHead, backward } satisfies Record<Phase, Job[]>,
    arenaBytes: arena.total * 16,
    statsBytes: stats.total * 4,
    at: { logits: logits * 16, scores: scores * 16, credits: credits * 16 },
  };
}

/** Bytes of activations and their gradients that each token of a batch takes. */
export function bytesPerToken(dims: Dims): number {
  return jobsOf(dims, 1).arenaBytes;
}
