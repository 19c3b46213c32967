import { SIZES } from "../src/lab/policy/shape.ts";
import { kernelMemory, openKernels } from "../src/lab/policy/simd/module.ts";
import { type Size, TRAINING } from "./shapes.ts";
import { quantile } from "./statistics.ts";

/** A matrix product of a training step and how fast the SIMD kernels compute it. */
export interface RooflineRow {
  /** Which matrix, and which of forward, input gradient and weight gradient. */
  readonly product: string;
  readonly rows: number;
  readonly columns: number;
  readonly summands: number;
  /** Of the best tenth of the repeats: on a busy machine the others measure the neighbours. */
  readonly gflops: number;
  /** Over what a loop of the same multiply-adds without memory reaches just before or after; of the best tenth of the repeats. */
  readonly shareOfPeak: number;
}

const PAGES = 2048;
const REPEATS = 40;
const LOOP_ROUNDS = 40_000;
/** Two operations a lane: 12 multiply-adds of 4 lanes a round. */
const LOOP_OPERATIONS = LOOP_ROUNDS * 96;

/** Every product of a training step, the peak measured between them. */
export async function roofline(size: Size): Promise<{ readonly peakGflops: number; readonly rows: RooflineRow[] }> {
  const memory = kernelMemory(PAGES);
  const kernels = await openKernels(memory);
  const numbers = new Float32Array(memory.buffer);
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((i * 7919) % 1000) / 1000 - 0.5;
  const room = Math.ceil(kernels.heapBase() / 64) * 64;
  const [a, b, c] = [room + 2 ** 22, room + 2 ** 22 + 2 ** 25, room + 2 ** 22 + 2 ** 26];
  kernels.setScratch(room);

  const products = productsOf(size).flatMap(({ matrix, out, inner, tokens }) => [
    {
      ...{ product: `${matrix}, forward`, rows: tokens, columns: out, summands: inner },
      run: () => kernels.productABt(a, 4 * inner, b, 4 * inner, c, 4 * out, 0, tokens, out, inner, 0),
    },
    {
      ...{ product: `${matrix}, input gradient`, rows: tokens, columns: inner, summands: out },
      run: () => kernels.productAB(a, 4 * out, b, 4 * inner, c, 4 * inner, 0, tokens, inner, out, 0),
    },
    {
      ...{ product: `${matrix}, weight gradient`, rows: out, columns: inner, summands: tokens },
      run: () => kernels.productAtB(a, 4 * out, b, 4 * inner, c, 4 * inner, 0, out, inner, tokens, 0),
    },
  ]);
  const loopOnce = () => kernels.registerLoop(LOOP_ROUNDS);
  // Neighbours take part of a core for seconds: only what is measured next to each other can be compared.
  const measured = products.map((): { readonly loop: number; readonly ms: number }[] => []);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [index, { run }] of products.entries()) {
      const before = millisecondsOf(loopOnce);
      const ms = millisecondsOf(run);
      measured[index]!.push({ loop: Math.min(before, millisecondsOf(loopOnce)), ms });
    }
  }
  const loops = measured.flatMap((repeats) => repeats.map(({ loop }) => loop));
  const rows = products.map(({ run: _, ...what }, index) => {
    const operations = 2 * what.rows * what.columns * what.summands;
    const own = measured[index]!;
    const shares = own.map(({ loop, ms }) => operations / ms / (LOOP_OPERATIONS / loop));
    const gflops =
      operations /
      quantile(
        own.map(({ ms }) => ms),
        0.1,
      ) /
      1e6;
    return { ...what, gflops, shareOfPeak: quantile(shares, 0.9) };
  });
  return { peakGflops: LOOP_OPERATIONS / quantile(loops, 0.1) / 1e6, rows };
}

/** The matrices [out, inner] that a step multiplies by, and by how many tokens. */
function productsOf(size: Size) {
  const { width: C, heads, kvHeads, headWidth: D, hidden: F, vocabSize: V } = SIZES[size];
  const { rows, tokens: T } = TRAINING[size];
  const tokens = rows * T;
  return [
    { matrix: "queries", out: heads * D, inner: C, tokens },
    { matrix: "keys and values", out: 2 * kvHeads * D, inner: C, tokens },
    { matrix: "gate and up", out: 2 * F, inner: C, tokens },
    { matrix: "down", out: C, inner: F, tokens },
    { matrix: "head", out: V, inner: C, tokens },
  ];
}

function millisecondsOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
