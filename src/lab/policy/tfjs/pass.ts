import { type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { Sequences, TokenCredit } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import { idsOf, oneHot, type Place, placeOf, targetsOf, type Window } from "./batch.ts";
import type { LayerTrace } from "./layer.ts";
import { type HeadTrace, headForward, logitsOf } from "./tokenHead.ts";
import { backward, hiddenOf, hiddenWithTrace } from "./transformer.ts";
import type { ModelWeights } from "./weights.ts";
import { creditOf } from "./window.ts";

/*
 * One batch through the whole model. Nothing here waits; what comes back is the caller's to dispose of.
 */

/** What a forward pass keeps on the device until its credits come. */
export type Kept = {
  readonly place: Place;
  readonly traces: LayerTrace[];
  readonly head: HeadTrace;
};

/** Scores [4, N'] of a window, in the order of `headForward`. */
export function score(shape: PolicyShape, model: ModelWeights, batch: Sequences, window: Window): Tensor {
  return tidy(() => {
    const place = placeOf(shape, window, batch.starts);
    const h = hiddenOf(shape, model, place, idsOf(batch.ids, batch.length, window));
    return headForward(shape, model, h, oneHotTargets(shape, batch, window), batch.temperature ?? 1).scores;
  });
}

/** All logits [N, V] of a batch, its last tokens included. */
export function allLogits(shape: PolicyShape, model: ModelWeights, batch: Sequences): Tensor {
  return tidy(() => {
    const place = placeOf(shape, { rows: batch.rows, from: 0, length: batch.length, unasked: 0 }, batch.starts);
    return logitsOf(shape, model, hiddenOf(shape, model, place, batch.ids));
  });
}

/** Like {@link score}, with what {@link backwardPass} needs. */
export function forwardPass(
  shape: PolicyShape,
  model: ModelWeights,
  batch: Sequences,
  window: Window,
): { readonly scores: Tensor; readonly kept: Kept } {
  return tidy(() => {
    const place = placeOf(shape, window, batch.starts);
    const { h, traces } = hiddenWithTrace(shape, model, place, idsOf(batch.ids, batch.length, window));
    const head = headForward(shape, model, h, oneHotTargets(shape, batch, window), batch.temperature ?? 1);
    return { scores: head.scores, kept: { place, traces, head: head.trace } };
  });
}

/** The gradient [P] of Σ credit · score. Leaves of `kept` only the place. */
export function backwardPass(
  shape: PolicyShape,
  model: ModelWeights,
  batch: Sequences,
  window: Window,
  kept: Kept,
  credit: TokenCredit,
): Tensor {
  const head = {
    trace: kept.head,
    credit: creditOf(batch, window, credit),
    temperature: batch.temperature ?? 1,
  };
  return backward(shape, model, kept.place, idsOf(batch.ids, batch.length, window), kept.traces, head);
}

function oneHotTargets(shape: PolicyShape, batch: Sequences, window: Window): Tensor {
  return oneHot(targetsOf(batch.ids, batch.length, window), shape.vocabSize);
}
