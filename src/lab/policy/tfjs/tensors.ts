import { engine, getBackend, matMul, pad, reshape, slice, type Tensor, tensor, transpose } from "@tensorflow/tfjs-core";
import { BATCHED_MATMUL, CUT } from "./wasmKernels.ts";

/*
 * The few operations whose fast form depends on the backend. Everything else in this folder is plain tfjs.
 * Shapes: G batches of matrices, N tokens, M columns.
 */

/** A contiguous piece of `x`, counted from its element `offset`, as a tensor of `shape`. */
export function cut(x: Tensor, offset: number, shape: number[]): Tensor {
  if (getBackend() === "wasm") return engine().runKernel(CUT, { x }, { offset, shape }) as Tensor;
  const size = shape.reduce((product, length) => product * length, 1);
  return reshape(slice(reshape(x, [x.size]), [offset], [size]), shape);
}

/** A product below this many multiplications costs less in the wasm backend's own loop than 64 calls of XNNPACK. */
const SMALL = 4096;

/** [G, M, K] · [G, K, N] → [G, M, N]; a flag says that the operand comes with its last two dimensions swapped. */
export function batchedMatMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  if (getBackend() !== "wasm") return matMul(a, b, transposeA, transposeB);
  const [, aRows, aColumns] = a.shape as [number, number, number];
  const [, bRows, bColumns] = b.shape as [number, number, number];
  if (aRows * aColumns * (transposeB ? bRows : bColumns) < SMALL) return matMul(a, b, transposeA, transposeB);
  const left = transposeA ? transpose(a, [0, 2, 1]) : a;
  const right = transposeB ? transpose(b, [0, 2, 1]) : b;
  const out = engine().runKernel(BATCHED_MATMUL, { a: left, b: right }) as Tensor;
  if (transposeA) left.dispose();
  if (transposeB) right.dispose();
  return out;
}

/**
 * The transpose of a matrix. The wasm backend's own takes 4–7 ns an element once a column no longer fits the cache; in
 * two steps over blocks of at most 64 rows it takes below 1.
 */
export function transposed(x: Tensor): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const block = getBackend() === "wasm" ? blockOf(rows) : rows;
  if (block === rows) return transpose(x);
  const blocks = reshape(x, [rows / block, block, columns]);
  const within = transpose(blocks, [0, 2, 1]);
  const across = transpose(within, [1, 0, 2]);
  const out = reshape(across, [columns, rows]);
  blocks.dispose();
  within.dispose();
  across.dispose();
  return out;
}

function blockOf(rows: number): number {
  if (rows <= 64) return rows;
  for (let block = 64; block >= 8; block--) if (rows % block === 0) return block;
  return rows;
}

/** Of the positions of every row, all but the first `count`: [B·S, C] → [B·(S − count), C]. */
export function withoutFirst(x: Tensor, rows: number, count: number): Tensor {
  if (count === 0) return x;
  const columns = x.shape[1]!;
  const positions = x.size / columns / rows;
  const kept = slice(reshape(x, [rows, positions, columns]), [0, count, 0], [rows, positions - count, columns]);
  return reshape(kept, [-1, columns]);
}

/** The gradient of {@link withoutFirst}: zeros where positions were left out. */
export function withFirst(x: Tensor, rows: number, count: number): Tensor {
  if (count === 0) return x;
  const columns = x.shape[1]!;
  const padding: [number, number][] = [
    [0, 0],
    [count, 0],
    [0, 0],
  ];
  return reshape(pad(reshape(x, [rows, -1, columns]), padding), [-1, columns]);
}

export function fromValues(values: Float32Array | Int32Array, shape: number[]): Tensor {
  return tensor(values, shape, values instanceof Int32Array ? "int32" : "float32");
}
