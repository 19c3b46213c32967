import { normal, POSITION_BITS, Streams } from "../rng.ts";
import { layoutOf, type PolicyShape, parameterCount } from "./shape.ts";

const STD = 0.02;
const LANES = 2 ** POSITION_BITS;

/**
 * Fresh weights [P] in the order of `layoutOf`: norms 1, matrices normal with standard deviation 0.02; the projections
 * that write into the residual stream (o_proj, down_proj) are scaled by 1/sqrt(2L), as in GPT-2.
 * A weight is a pure function of the seed, the tensor's place in the layout and its index.
 */
export function randomWeights(shape: PolicyShape, seed: number): Float32Array {
  const weights = new Float32Array(parameterCount(shape));
  const residual = STD / Math.sqrt(2 * shape.layers);
  for (const [tensor, slot] of layoutOf(shape).entries()) {
    const end = slot.offset + slot.size;
    if (slot.name.endsWith("norm.weight")) {
      weights.fill(1, slot.offset, end);
      continue;
    }
    const std = /(o_proj|down_proj)\.weight$/.test(slot.name) ? residual : STD;
    const key = { seed, stream: Streams.init, step: tensor };
    for (let i = 0; i < slot.size; i++) {
      weights[slot.offset + i] = std * normal(key, Math.floor(i / LANES), i % LANES);
    }
  }
  return weights;
}
