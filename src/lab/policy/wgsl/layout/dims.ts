import { PolicyError } from "../../policy.ts";
import { layoutOf, type PolicyShape, parameterCount } from "../../shape.ts";
import { paddedShape } from "./padding.ts";

/**
 * A policy shape as the kernels see it: everything that is loaded as vec4 counts in quads (4 floats). Names end in 4 then.
 * V vocabulary, C width, F hidden, D head width, Q = H·D, O = Q + 2·K·D (the fused q, k, v projection).
 */
export interface Dims {
  /** As the kernels have it, padded: see padding.ts. */
  readonly shape: PolicyShape;
  /** Numbers that a norm is the mean over: the width without its padding. */
  readonly normWidth: number;
  /** Pairs of a head that are turned: half its width without padding. */
  readonly pairs: number;
  /** 1/√D of the head without its padding. */
  readonly scale: number;
  readonly V: number;
  readonly H: number;
  readonly K: number;
  readonly D: number;
  readonly L: number;
  readonly c4: number;
  readonly f4: number;
  readonly q4: number;
  readonly kv4: number;
  readonly o4: number;
  /** Quads of a row of logits; what lies beyond V is 0. */
  readonly v4: number;
  /** Quads of all parameters. */
  readonly p4: number;
  /** Where parameters lie in the flat vector, in quads. The layers repeat every `layer4`. */
  readonly at: {
    readonly embed: number;
    readonly layers: number;
    readonly layer4: number;
    /** Within a layer. */
    readonly norm1: number;
    readonly qkv: number;
    readonly out: number;
    readonly norm2: number;
    readonly gateUp: number;
    readonly down: number;
    readonly finalNorm: number;
    readonly head: number;
  };
}

/** @throws {PolicyError} "limits" where a size is too large for the kernels: the portable policy takes any. */
export function dimsOf(given: PolicyShape): Dims {
  const shape = paddedShape(given);
  for (const [name, value, most] of [
    ["headWidth", shape.headWidth, 128],
    ["heads", shape.heads, 256],
    ["vocabSize", shape.vocabSize, 65_535],
  ] as const) {
    if (value > most)
      throw new PolicyError("limits", `the fast policy needs ${name} to be at most ${most}, got ${value}`);
  }
  const slots = new Map(layoutOf(shape).map((slot) => [slot.name, slot.offset / 4]));
  const at = (name: string) => slots.get(name)!;
  const layers = shape.vocabSize * (shape.width / 4);
  const inLayer = (name: string) => at(`model.layers.0.${name}.weight`) - layers;
  const finalNorm = at("model.norm.weight");
  const q4 = (shape.heads * shape.headWidth) / 4;
  const kv4 = (shape.kvHeads * shape.headWidth) / 4;
  return {
    shape,
    normWidth: given.width,
    pairs: given.headWidth / 2,
    scale: 1 / Math.sqrt(given.headWidth),
    V: shape.vocabSize,
    H: shape.heads,
    K: shape.kvHeads,
    D: shape.headWidth,
    L: shape.layers,
    c4: shape.width / 4,
    f4: shape.hidden / 4,
    q4,
    kv4,
    o4: q4 + 2 * kv4,
    v4: Math.ceil(shape.vocabSize / 4),
    p4: parameterCount(shape) / 4,
    at: {
      embed: 0,
      layers,
      layer4: (finalNorm - layers) / shape.layers,
      norm1: inLayer("input_layernorm"),
      qkv: inLayer("self_attn.q_proj"),
      out: inLayer("self_attn.o_proj"),
      norm2: inLayer("post_attention_layernorm"),
      gateUp: inLayer("mlp.gate_proj"),
      down: inLayer("mlp.down_proj"),
      finalNorm,
      head: shape.tied ? 0 : at("lm_head.weight"),
    },
  };
}

/** cos and sin of every position's angles: [context, D/8] pairs of quads (cos of 4 angles, sin of 4 angles). */
export function ropeTable({ shape, pairs }: Pick<Dims, "shape" | "pairs">): Float32Array {
  const half = shape.headWidth / 2;
  const table = new Float32Array(shape.context * shape.headWidth);
  for (let position = 0; position < shape.context; position++) {
    for (let i = 0; i < half; i++) {
      // Padded pairs are zeros, whatever they are turned by.
      const angle = position * shape.ropeTheta ** (-i / pairs);
      const at = position * shape.headWidth + Math.floor(i / 4) * 8 + (i % 4);
      table[at] = Math.cos(angle);
      table[at + 4] = Math.sin(angle);
    }
  }
  return table;
}
