import { checkState } from "../checks.ts";
import { mapVectors, type Policy, type PolicyState, withState } from "../policy.ts";
import { layoutOf, type PolicyShape } from "../shape.ts";
import type { paddingOf } from "./layout/padding.ts";

type Padding = NonNullable<ReturnType<typeof paddingOf>>;

/** A state with every vector padded. */
export function padState(padding: Padding, shape: PolicyShape, state: PolicyState): PolicyState {
  return { ...mapVectors(state, padding.pad), shape };
}

/** A policy of a padded shape as one of the shape itself: vectors come and go without their padding. */
export function withoutPadding<P extends Policy>(inner: P, shape: PolicyShape, padding: Padding): P {
  const inPlace = <T>(use: (state: PolicyState) => T): Promise<T> =>
    withState(inner, (state) => use({ ...mapVectors(state, padding.strip), shape }));
  return {
    ...inner,
    shape,
    layout: layoutOf(shape),
    gradient: async (batches, credits) => padding.strip(await inner.gradient(batches, credits)),
    // Without their padding they are copies.
    export: () => inPlace((state) => state),
    inPlace,
    async import(state) {
      checkState(shape, state);
      await inner.import(padState(padding, inner.shape, state));
    },
  };
}
