import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import {
  type AdamW,
  freshState,
  type Policy,
  PolicyError,
  type PolicyState,
  type TokenScores,
  type WeightsName,
} from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { adamW64, norm64 } from "./adamW.ts";
import { forward64, gradient64 } from "./forward.ts";
import { generate64 } from "./generate.ts";

/**
 * The policy that the others are measured against: plain loops in float64, no tensors, no cache.
 * Between updates its state is rounded to float32, like that of every policy, so that `export` and `import` go on exactly.
 * @throws {PolicyError} when the weights do not fit the shape.
 */
export function referencePolicy(shape: PolicyShape, weights: Float32Array): Policy {
  checkShape(shape);
  checkWeights(shape, weights);
  let state: PolicyState = freshState(shape, weights.slice());
  let disposed = false;

  const vector = (name: WeightsName = "current") => {
    if (disposed) throw new PolicyError("input", "a policy must not be used after dispose, got a request");
    return weightsOf(state, name);
  };

  return {
    shape,
    layout: layoutOf(shape),
    ahead: 0,
    info: { implementation: "reference", backend: "cpu", device: "plain JavaScript, float64" },
    async score(batch, name) {
      checkSequences(shape, batch);
      return rounded(forward64(shape, vector(name), batch));
    },
    async logits(batch, name) {
      checkSequences(shape, batch);
      return Float32Array.from(forward64(shape, vector(name), batch).logits);
    },
    async learn(batches, assign, update) {
      for (const batch of batches) checkSequences(shape, batch);
      const credits = assign(batches.map((batch) => rounded(forward64(shape, state.weights, batch))));
      checkCredits(batches, credits);
      const gradient = gradient64(shape, state.weights, batches, credits);
      const { next, gradNorm } = updated(shape, state, gradient, update);
      state = next;
      return { gradNorm, paramNorm: norm64(state.weights) };
    },
    async gradient(batches, credits) {
      for (const batch of batches) checkSequences(shape, batch);
      checkCredits(batches, credits);
      return Float32Array.from(gradient64(shape, state.weights, batches, credits));
    },
    async sample(prompts, options) {
      checkPrompts(shape, prompts, options);
      return generate64(shape, vector(options.weights), prompts, options);
    },
    async snapshot(name, mix = 1) {
      state = withSnapshot(state, name, mix);
    },
    async restore(name) {
      state = { ...state, weights: vector(name).slice() };
    },
    export: async () => copyOf(state),
    async import(from) {
      checkState(shape, from);
      state = copyOf(from);
    },
    memory: () => memoryOf(state),
    dispose() {
      disposed = true;
    },
  };
}

function weightsOf({ weights, snapshots }: PolicyState, name: WeightsName): Float32Array {
  const found = name === "current" ? weights : snapshots[name];
  if (!found) throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
  return found;
}

/** The state after one update along a gradient, with the gradient's norm before it was clipped. */
function updated(shape: PolicyShape, state: PolicyState, gradient: Float64Array, update: AdamW) {
  const moments = { weights: state.weights, first: state.firstMoment, second: state.secondMoment };
  const { weights, first, second, gradNorm } = adamW64(shape, moments, gradient, update, state.updates);
  const next: PolicyState = {
    ...state,
    weights: Float32Array.from(weights),
    firstMoment: Float32Array.from(first),
    secondMoment: Float32Array.from(second),
    updates: state.updates + 1,
  };
  return { next, gradNorm };
}

function withSnapshot(state: PolicyState, name: Exclude<WeightsName, "current">, mix: number): PolicyState {
  const old = state.snapshots[name];
  if (mix !== 1 && !old) {
    throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
  }
  const values = state.weights.map((value, i) => mix * value + (old ? (1 - mix) * old[i]! : 0));
  return { ...state, snapshots: { ...state.snapshots, [name]: values } };
}

function memoryOf({ weights, firstMoment, secondMoment, snapshots }: PolicyState) {
  const vectors = [weights, firstMoment, secondMoment, ...Object.values(snapshots)];
  return { bytes: vectors.reduce((sum, values) => sum + values.byteLength, 0), buffers: vectors.length };
}

function rounded({ logp, entropy, varentropy, meanLogp }: Record<keyof TokenScores, Float64Array>): TokenScores {
  return {
    logp: Float32Array.from(logp),
    entropy: Float32Array.from(entropy),
    varentropy: Float32Array.from(varentropy),
    meanLogp: Float32Array.from(meanLogp),
  };
}

function copyOf(state: PolicyState): PolicyState {
  const snapshots = Object.entries(state.snapshots).map(([name, values]) => [name, values.slice()]);
  return {
    ...state,
    weights: state.weights.slice(),
    firstMoment: state.firstMoment.slice(),
    secondMoment: state.secondMoment.slice(),
    snapshots: Object.fromEntries(snapshots),
  };
}
