import { quote } from "../schema.ts";
import {
  PolicyError,
  type PolicyState,
  type Prompts,
  type SampleOptions,
  type Sequences,
  type TokenCredit,
} from "./policy.ts";
import { type PolicyShape, parameterCount } from "./shape.ts";

/*
 * What every policy demands of its inputs, in the user's words. Each throws a PolicyError of kind "input", or "limits"
 * where the input is sound but longer than the policy's context.
 */

export function checkSequences(shape: PolicyShape, batch: Sequences): void {
  const { rows, length, ids, starts, mask, temperature = 1 } = batch;
  checkTokens(shape, "batch", batch);
  if (length < 2) throw bad(`batch: a row must have at least 2 tokens, got ${length}`);
  if (mask.length !== rows * (length - 1)) {
    throw bad(`batch: mask must hold ${rows} × ${length - 1} values, got ${mask.length}`);
  }
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw bad(`batch: temperature must be above 0, got ${quote(temperature)}`);
  }
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < Math.min(starts[row]!, length - 1); t++) {
      if (mask[row * (length - 1) + t])
        throw bad(`batch: padding must not be scored, got a mask of 1 at row ${row}, position ${t}`);
    }
  }
  checkContext(shape, "batch", ids.length === 0 ? 0 : length - Math.min(...starts));
}

export function checkCredits(batches: readonly Sequences[], credits: readonly TokenCredit[]): void {
  if (credits.length !== batches.length) {
    throw bad(`credits must come one per batch, got ${credits.length} for ${batches.length} batches`);
  }
  for (const [index, credit] of credits.entries()) {
    const { rows, length, mask } = batches[index]!;
    for (const key of ["dLogp", "dEntropy", "dMeanLogp"] as const) {
      const values = credit[key];
      if (values && values.length !== rows * (length - 1)) {
        throw bad(`credits: ${key} must hold ${rows} × ${length - 1} values, got ${values.length}`);
      }
      if (values) checkWithinFloat32(`credits: ${key}`, values, mask, length - 1);
    }
  }
}

export function checkPrompts(shape: PolicyShape, prompts: Prompts, options: SampleOptions): void {
  const { maxNewTokens, temperature, topP, hinted } = options;
  if (!(Number.isInteger(maxNewTokens) && maxNewTokens >= 1)) {
    throw bad(`maxNewTokens must be a whole number of at least 1, got ${quote(maxNewTokens)}`);
  }
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw bad(`temperature must be 0 or more, got ${quote(temperature)}`);
  }
  if (!(topP > 0 && topP <= 1)) throw bad(`topP must be in (0, 1], got ${quote(topP)}`);
  for (const [name, stream] of [
    ["prompts", prompts],
    ["hinted prompts", hinted?.prompts],
  ] as const) {
    if (!stream) continue;
    checkTokens(shape, name, stream);
    if (stream.rows !== prompts.rows) {
      throw bad(`hinted prompts must have the ${prompts.rows} rows of the student's, got ${stream.rows}`);
    }
    checkContext(shape, `${name} and new tokens`, stream.length - Math.min(...stream.starts) + maxNewTokens);
  }
}

export function checkWeights(shape: PolicyShape, weights: ArrayLike<number>, name = "weights"): void {
  const expected = parameterCount(shape);
  if (weights.length !== expected) throw bad(`${name} must hold ${expected} parameters, got ${weights.length}`);
}

export function checkState(shape: PolicyShape, state: PolicyState): void {
  for (const key of Object.keys(shape) as (keyof PolicyShape)[]) {
    if (state.shape[key] !== shape[key]) {
      throw bad(`state: ${key} must be ${quote(shape[key])} as in this policy, got ${quote(state.shape[key])}`);
    }
  }
  checkWeights(shape, state.weights);
  checkWeights(shape, state.firstMoment, "firstMoment");
  checkWeights(shape, state.secondMoment, "secondMoment");
  for (const [name, weights] of Object.entries(state.snapshots)) checkWeights(shape, weights, name);
  if (!(Number.isInteger(state.updates) && state.updates >= 0)) {
    throw bad(`state: updates must be a whole number of at least 0, got ${quote(state.updates)}`);
  }
}

/** Of the scored positions; what stands where the mask is 0 does not count. */
function checkWithinFloat32(name: string, values: ArrayLike<number>, mask: Float32Array, columns: number): void {
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || Number.isFinite(Math.fround(values[i]!))) continue;
    const place = `row ${Math.floor(i / columns)}, position ${i % columns}`;
    throw bad(`${name} must hold numbers within float32, got ${values[i]} at ${place}`);
  }
}

function checkTokens(shape: PolicyShape, name: string, tokens: Prompts): void {
  const { rows, length, ids, starts } = tokens;
  if (!(Number.isInteger(rows) && rows >= 1 && Number.isInteger(length) && length >= 1)) {
    throw bad(`${name}: rows and length must be whole numbers of at least 1, got ${rows} and ${length}`);
  }
  if (ids.length !== rows * length) throw bad(`${name}: ids must hold ${rows} × ${length} tokens, got ${ids.length}`);
  if (starts.length !== rows) throw bad(`${name}: starts must hold ${rows} values, got ${starts.length}`);
  for (const start of starts) {
    if (!(start >= 0 && start < length)) throw bad(`${name}: a start must be in [0, ${length}), got ${start}`);
  }
  for (const id of ids) {
    if (!(id >= 0 && id < shape.vocabSize)) {
      throw bad(`${name}: a token must be in [0, ${shape.vocabSize}), the vocabulary of this policy, got ${id}`);
    }
  }
}

function checkContext(shape: PolicyShape, name: string, tokens: number): void {
  if (tokens > shape.context) {
    throw new PolicyError("limits", `${name} must fit the context of ${shape.context} tokens, got ${tokens}`);
  }
}

function bad(message: string): PolicyError {
  return new PolicyError("input", message);
}
