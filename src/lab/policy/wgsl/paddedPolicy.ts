import { checkState } from "../checks.ts";
import type { Policy, PolicyState } from "../policy.ts";
import { layoutOf, type PolicyShape } from "../shape.ts";
import type { paddingOf } from "./layout/padding.ts";

type Padding = NonNullable<ReturnType<typeof paddingOf>>;

/** A state with every vector padded. */
export function padState(padding: Padding, shape: PolicyShape, state: PolicyState): PolicyState {
  return mapped(state, shape, padding.pad);
}

/** A policy of a padded shape as one of the shape itself: vectors come and go without their padding. */
export function withoutPadding<P extends Policy>(inner: P, shape: PolicyShape, padding: Padding): P {
  return {
    ...inner,
    shape,
    layout: layoutOf(shape),
    gradient: async (batches, credits) => padding.strip(await inner.gradient(batches, credits)),
    export: async () => mapped(await inner.export(), shape, padding.strip),
    async import(state) {
      checkState(shape, state);
      await inner.import(padState(padding, inner.shape, state));
    },
  };
}

function mapped(state: PolicyState, shape: PolicyShape, map: (vector: Float32Array) => Float32Array): PolicyState {
  const snapshots = Object.entries(state.snapshots).map(([name, vector]) => [name, map(vector)]);
  return {
    ...state,
    shape,
    weights: map(state.weights),
    firstMoment: map(state.firstMoment),
    secondMoment: map(state.secondMoment),
    snapshots: Object.fromEntries(snapshots),
  };
}
