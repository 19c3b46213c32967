import type { PolicyShape } from "./shape.ts";

/*
 * Bytes of what a policy lays out for each token of a batch, about: as the portable policy does, fitted to the 4.6 GB that 8192
 * rows of GRPO on parity were measured to take with WebAssembly. Our own kernels take less: they have no padding, and attention
 * keeps one weight a head, of short rows alone.
 */

/** What activations and caches may take at a time, unless there is less: 1 GiB. Larger batches go in micro-batches. */
export const WORK_BYTES = 2 ** 30;

/** The most that the one memory of a policy of our own kernels can have: 2 GiB, weights included. */
export const MEMORY_BYTES = 2 ** 31;

/** What a gradient keeps: 16 times the width, 6 times the hidden layer and 2 attention weights a head for each layer, 3 logits a symbol. */
export function bytesToTrain(shape: PolicyShape, length: number): number {
  return 4 * (shape.layers * layerOf(shape, length) + 3 * shape.vocabSize);
}

/** What scores and draws need: one layer at a time, beside the keys and values of all. */
export function bytesToRead(shape: PolicyShape, length: number): number {
  return 4 * (layerOf(shape, length) + 2 * shape.layers * shape.width + shape.vocabSize);
}

/** What micro-batches keep of a token of any of them until the last is through: its id, and the gradient of what it was embedded as. */
export const bytesToKeep = (width: number) => 4 * (width + 1);

const layerOf = ({ width, hidden, heads }: PolicyShape, length: number) => 16 * width + 6 * hidden + 2 * heads * length;
