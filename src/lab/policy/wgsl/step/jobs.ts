import { NONE } from "../kernels/kernel.ts";
import { sliceLayout } from "../kernels/reduce.ts";
import type { Dims } from "../layout/dims.ts";
import { type KernelName, statsHead } from "./program.ts";

/*
 * What a step does, in order, and where everything lies: places in `arena` and in the gradient are in quads, places in
 * `stats` in floats. Every layer keeps its activations; gradients of activations are reused from layer to layer.
 */

/** A contiguous list of dispatches of one plan. */
export type Phase = "forward" | "tokenHead" | "backward" | "reduce";

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

/** Where the activations and statistics of a step lie that has room for so many tokens. */
function placesOf(dims: Dims, room: number) {
  const { L, H, K, c4, f4, o4, q4, v4, at } = dims;
  const arena = allocator(0);
  const stats = allocator(statsHead(dims).rest);
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
  const head = { weight: at.head, norm: at.finalNorm, rstd };
  const gradients = { dx, dx1, dGateUp, dQkv, dOut, ownHead, delta, own };
  return { layers, decoded, logits, scores, credits, head, ...gradients, arena: arena.total, stats: stats.total };
}

type Places = ReturnType<typeof placesOf>;
type LayerPlaces = Places["layers"][number];

function forwardJobs({ at }: Dims, { layers, decoded, logits, head }: Places): Job[] {
  return [
    { kernel: "embed", values: { out: layers[0]!.x } },
    ...layers.flatMap((layer, index) => layerJobs(at, layer, layers[index + 1]?.x ?? decoded)),
    { kernel: "logits", values: { x: decoded, out: logits, ...head } },
  ];
}

/** A layer forward. @param out where its result lies */
function layerJobs(at: Dims["at"], l: LayerPlaces, out: number): Job[] {
  const w = l.weights;
  return [
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
    { kernel: "down", values: { x: l.hidden, out, weight: w + at.down, residual: l.x1 } },
  ];
}

function backwardJobs(dims: Dims, places: Places): Job[] {
  const { L, at } = dims;
  const { layers, decoded, logits, scores, credits, head, dx, ownHead } = places;
  const fromTheLast = layers.map((_, done) =>
    layerGradientJobs(at, places, layers[L - 1 - done]!, { in: dx[done % 2]!, out: dx[(done + 1) % 2]! }),
  );
  return [
    { kernel: "tokenHeadGradient", values: { logits, scores, credits, own: ownHead } },
    { kernel: "headInputGradient", values: { dy: logits, out: dx[0], x: decoded, own: ownHead, ...head } },
    { kernel: "headGradient", values: { dy0: logits, x0: decoded, rstd0: head.rstd, out0: at.head } },
    ...fromTheLast.flat(),
    { kernel: "embedGradient", values: { dx: dx[L % 2]!, out: sliceLayout(dims).embed } },
  ];
}

/** A layer backward: from the gradient of its result at `dx.in` to that of its input at `dx.out`, and those of its weights. */
function layerGradientJobs(
  at: Dims["at"],
  { dx1, dGateUp, dQkv, dOut, delta, own }: Places,
  l: LayerPlaces,
  dx: { readonly in: number; readonly out: number },
): Job[] {
  const w = l.weights;
  const weightGradients = [
    { dy: dQkv, x: l.x, rstd: l.rstd1, out: w + at.qkv },
    { dy: dx1, x: l.attended, rstd: NONE, out: w + at.out },
    { dy: dGateUp, x: l.x1, rstd: l.rstd2, out: w + at.gateUp },
    { dy: dx.in, x: l.hidden, rstd: NONE, out: w + at.down },
  ];
  return [
    {
      kernel: "hiddenGradient",
      values: { dy: dx.in, out: dGateUp, weight: w + at.down, gateUp: l.gateUp },
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
        residual: dx.in,
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
        out: dx.out,
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
        weightGradients.flatMap((task, t) => Object.entries(task).map(([name, value]) => [`${name}${t}`, value])),
      ),
    },
  ];
}

/** The dispatches of a step with room for so many tokens, and the bytes they need. */
export function jobsOf(dims: Dims, room: number) {
  const places = placesOf(dims, room);
  const { logits, scores, credits } = places;
  const phases: Record<Phase, Job[]> = {
    forward: forwardJobs(dims, places),
    tokenHead: [{ kernel: "tokenHead", values: { logits, out: scores } }],
    backward: backwardJobs(dims, places),
    reduce: [{ kernel: "reduce", values: { partials: statsHead(dims).gradient } }],
  };
  return {
    phases,
    arenaBytes: places.arena * 16,
    statsBytes: places.stats * 4,
    at: { logits: logits * 16, scores: scores * 16, credits: credits * 16 },
  };
}

/** Bytes of activations and their gradients that each token of a batch takes. */
export function bytesPerToken(dims: Dims): number {
  return jobsOf(dims, 1).arenaBytes;
}
