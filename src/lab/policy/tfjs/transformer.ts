import { add, concat, dispose, matMul, reshape, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { PolicyShape } from "../shape.ts";
import type { KeysAndValues } from "./attention.ts";
import { oneHot, type Place } from "./batch.ts";
import { type LayerTrace, layerBackward, layerForward } from "./layer.ts";
import { type HeadCredit, type HeadTrace, headBackward } from "./tokenHead.ts";
import type { ModelWeights } from "./weights.ts";

/*
 * From tokens to the last hidden state and back. The last layer leaves out the positions that nobody asks about: with
 * prompts a third of the sequence that is a sixth of a two-layer model's work.
 */

/** The hidden state after the last layer, [N', C], keeping nothing else. */
export function hiddenOf(shape: PolicyShape, weights: ModelWeights, place: Place, ids: Int32Array): Tensor {
  return tidy(() => {
    let h = embed(weights, ids);
    for (const [index, layer] of weights.layers.entries()) {
      h = tidy(() => layerForward(shape, layer, place, h, unaskedAt(shape, place, index)).h);
    }
    return h;
  });
}

/** Like {@link hiddenOf}, for tokens that follow `past` (one entry a layer), with the longer past. */
export function hiddenAfter(
  shape: PolicyShape,
  weights: ModelWeights,
  place: Place,
  ids: Int32Array,
  past: readonly KeysAndValues[] | undefined,
): { readonly h: Tensor; readonly past: KeysAndValues[] } {
  return tidy(() => {
    let h = embed(weights, ids);
    const longer = weights.layers.map((layer, index) =>
      tidy(() => {
        const step = layerForward(shape, layer, place, h, unaskedAt(shape, place, index), past?.[index]);
        h = step.h;
        return { h, k: step.trace.attention.k, v: step.trace.attention.v };
      }),
    );
    return { h, past: longer.map(({ k, v }) => ({ k, v })) };
  });
}

/** Like {@link hiddenOf}, with what the backward pass needs. */
export function hiddenWithTrace(
  shape: PolicyShape,
  weights: ModelWeights,
  place: Place,
  ids: Int32Array,
): { readonly h: Tensor; readonly traces: LayerTrace[] } {
  return tidy(() => {
    let h = embed(weights, ids);
    const traces = weights.layers.map((layer, index) => {
      const step = layerForward(shape, layer, place, h, unaskedAt(shape, place, index));
      h = step.h;
      return step.trace;
    });
    return { h, traces };
  });
}

/** The gradient of all parameters, flat [P] in the order of the layout. Disposes of the traces. */
export function backward(
  shape: PolicyShape,
  weights: ModelWeights,
  place: Place,
  ids: Int32Array,
  traces: readonly LayerTrace[],
  head: { readonly trace: HeadTrace; readonly credit: HeadCredit; readonly temperature: number },
): Tensor {
  return tidy(() => {
    const last = headBackward(weights, head.trace, head.credit, head.temperature);
    let dh = last.dh;
    const layers: Tensor[] = [];
    for (let index = shape.layers - 1; index >= 0; index--) {
      const step = layerBackward(shape, weights.layers[index]!, place, traces[index]!, dh);
      dispose(dh);
      dh = step.dh;
      layers.unshift(...step.gradient);
    }
    const embedded = matMul(oneHot(ids, shape.vocabSize, true), dh);
    const flat = (tensor: Tensor) => reshape(tensor, [tensor.size]);
    return shape.tied
      ? concat([flat(add(embedded, last.weight)), ...layers, last.gain])
      : concat([flat(embedded), ...layers, last.gain, flat(last.weight)]);
  });
}

function unaskedAt(shape: PolicyShape, place: Place, layer: number): number {
  return layer === shape.layers - 1 ? place.unasked : 0;
}

function embed(weights: ModelWeights, ids: Int32Array): Tensor {
  return tidy(() => matMul(oneHot(ids, weights.embedding.shape[0]!), weights.embedding));
}
