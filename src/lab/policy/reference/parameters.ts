import { layoutOf, type PolicyShape, parameterCount } from "../shape.ts";

/** Named views into a flat vector of parameters and one of their gradients, both float64 [P]. */
export interface Parameters {
  readonly gradient: Float64Array;
  value(name: string): Float64Array;
  slope(name: string): Float64Array;
}

export function parametersOf(shape: PolicyShape, weights: ArrayLike<number>): Parameters {
  const values = Float64Array.from(weights);
  const gradient = new Float64Array(parameterCount(shape));
  const slots = new Map(layoutOf(shape).map((slot) => [slot.name, slot]));
  const view = (vector: Float64Array, name: string) => {
    const slot = slots.get(`${name}.weight`)!;
    return vector.subarray(slot.offset, slot.offset + slot.size);
  };
  return { gradient, value: (name) => view(values, name), slope: (name) => view(gradient, name) };
}
