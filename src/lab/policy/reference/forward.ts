import type { Sequences, TokenCredit } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import { llama } from "./llama.ts";
import { type Parameters, parametersOf } from "./parameters.ts";
import { tokenScore, tokenScoreBackward } from "./tokenHead.ts";

/** {@link forward64}'s answer. Scores are 0 where the mask is. */
interface Forward64 {
  readonly logits: Float64Array; // [B, T + 1, V]
  readonly logp: Float64Array; // [B, T]
  readonly entropy: Float64Array; // [B, T]
  readonly varentropy: Float64Array; // [B, T]
  readonly meanLogp: Float64Array; // [B, T]
}

/** Everything that the policy says about a batch, in float64. Logits are those of temperature 1. */
export function forward64(shape: PolicyShape, weights: ArrayLike<number>, batch: Sequences): Forward64 {
  const parameters = parametersOf(shape, weights);
  const { rows, length } = batch;
  const V = shape.vocabSize;
  const scored = () => new Float64Array(rows * (length - 1));
  const out = { logp: scored(), entropy: scored(), varentropy: scored(), meanLogp: scored() };
  const logits = new Float64Array(rows * length * V);
  for (let row = 0; row < rows; row++) {
    logits.set(rowLogits(shape, parameters, batch, row), row * length * V);
    for (let t = 0; t < length - 1; t++) {
      const at = row * (length - 1) + t;
      if (!batch.mask[at]) continue;
      const z = logits.subarray((row * length + t) * V, (row * length + t + 1) * V);
      const score = tokenScore(z, batch.ids[row * length + t + 1]!, batch.temperature ?? 1);
      for (const name of ["logp", "entropy", "varentropy", "meanLogp"] as const) out[name][at] = score[name];
    }
  }
  return { logits, ...out };
}

/** ∂J/∂θ [P] of J = Σ credit · score over all batches, in float64. Credits where the mask is 0 do not count. */
export function gradient64(
  shape: PolicyShape,
  weights: ArrayLike<number>,
  batches: readonly Sequences[],
  credits: readonly TokenCredit[],
): Float64Array {
  const parameters = parametersOf(shape, weights);
  for (const [index, batch] of batches.entries()) {
    for (let row = 0; row < batch.rows; row++) rowBackward(shape, parameters, batch, credits[index]!, row);
  }
  return parameters.gradient;
}

/** [T + 1, V] of one row. A padding token speaks as a sequence of its own. */
function rowLogits(shape: PolicyShape, parameters: Parameters, batch: Sequences, row: number): Float64Array {
  const { length, starts } = batch;
  const ids = batch.ids.subarray(row * length, (row + 1) * length);
  const start = starts[row]!;
  const logits = new Float64Array(length * shape.vocabSize);
  for (let t = 0; t < start; t++) {
    logits.set(llama(shape, parameters, ids.subarray(t, t + 1)).y, t * shape.vocabSize);
  }
  logits.set(llama(shape, parameters, ids.subarray(start)).y, start * shape.vocabSize);
  return logits;
}

function rowBackward(
  shape: PolicyShape,
  parameters: Parameters,
  batch: Sequences,
  credit: TokenCredit,
  row: number,
): void {
  const { length, mask, temperature = 1 } = batch;
  const V = shape.vocabSize;
  const start = batch.starts[row]!;
  const ids = batch.ids.subarray(row * length + start, (row + 1) * length);
  const pass = llama(shape, parameters, ids);
  const dLogits = new Float64Array(pass.y.length);
  for (let t = 0; t < ids.length - 1; t++) {
    const at = row * (length - 1) + start + t;
    if (!mask[at]) continue;
    const dz = tokenScoreBackward(pass.y.subarray(t * V, (t + 1) * V), ids[t + 1]!, temperature, {
      dLogp: credit.dLogp[at]!,
      dEntropy: credit.dEntropy?.[at] ?? 0,
      dMeanLogp: credit.dMeanLogp?.[at] ?? 0,
    });
    dLogits.set(dz, t * V);
  }
  pass.back(dLogits);
}
