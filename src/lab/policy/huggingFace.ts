import { quote } from "../schema.ts";
import { BOS, EOS, PAD } from "../tokenizer/characters.ts";
import { PolicyError } from "./policy.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { checkShape, layoutOf, type ParameterSlot, type PolicyShape } from "./shape.ts";

/**
 * The sizes in the `config.json` of a `LlamaForCausalLM`. Missing keys take the defaults of Hugging Face's `LlamaConfig`.
 * @throws {PolicyError} kind `input`, one sentence naming the first key that this policy cannot follow.
 */
export function shapeFromConfig(config: unknown): PolicyShape {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw bad(`config.json must be an object, got ${quote(config)}`);
  }
  const keys = config as Readonly<Record<string, unknown>>;
  refuseOtherArchitectures(keys);
  const heads = count(keys, "num_attention_heads");
  const width = count(keys, "hidden_size");
  const shape: PolicyShape = {
    vocabSize: count(keys, "vocab_size"),
    width,
    layers: count(keys, "num_hidden_layers"),
    heads,
    kvHeads: count(keys, "num_key_value_heads", heads),
    headWidth: count(keys, "head_dim", width / heads),
    hidden: count(keys, "intermediate_size"),
    context: count(keys, "max_position_embeddings", 2048),
    ropeTheta: ropeTheta(keys),
    normEpsilon: positive(keys, "rms_norm_eps", 1e-6),
    tied: flag(keys, "tie_word_embeddings"),
  };
  try {
    checkShape(shape);
  } catch (error) {
    throw bad(`config.json: ${(error as Error).message}`);
  }
  return shape;
}

/** The `config.json` that `AutoModelForCausalLM.from_pretrained` opens; {@link shapeFromConfig} reads it back. */
export function configFromShape(shape: PolicyShape): Record<string, unknown> {
  return {
    architectures: ["LlamaForCausalLM"],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: BOS,
    dtype: "float32",
    eos_token_id: EOS,
    head_dim: shape.headWidth,
    hidden_act: "silu",
    hidden_size: shape.width,
    initializer_range: 0.02,
    intermediate_size: shape.hidden,
    max_position_embeddings: shape.context,
    mlp_bias: false,
    model_type: "llama",
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.kvHeads,
    pad_token_id: PAD,
    rms_norm_eps: shape.normEpsilon,
    // Both spellings: transformers 5 reads rope_parameters, earlier ones rope_theta.
    rope_parameters: { rope_theta: shape.ropeTheta, rope_type: "default" },
    rope_theta: shape.ropeTheta,
    tie_word_embeddings: shape.tied,
    torch_dtype: "float32",
    use_cache: true,
    vocab_size: shape.vocabSize,
  };
}

/**
 * The flat parameter vector, in the order of `layoutOf`, from a safetensors file with Hugging Face's names.
 * @throws {PolicyError} kind `input` naming the tensor, its expected shape and what came.
 */
export function weightsFromSafetensors(shape: PolicyShape, bytes: Uint8Array): Float32Array {
  const { tensors } = readSafetensors(bytes);
  const layout = layoutOf(shape);
  const last = layout[layout.length - 1] as ParameterSlot;
  const weights = new Float32Array(last.offset + last.size);
  for (const slot of layout) {
    const tensor = tensors.get(slot.name);
    if (!tensor) throw bad(`weights: ${slot.name} must be there with shape [${slot.shape}], got no such tensor`);
    if (tensor.shape.join() !== slot.shape.join()) {
      throw bad(`weights: ${slot.name} must have shape [${slot.shape}], got [${tensor.shape}]`);
    }
    weights.set(tensor.values, slot.offset);
  }
  const known = new Set(layout.map((slot) => slot.name));
  for (const { name, shape: came } of tensors.values()) {
    if (known.has(name) || (shape.tied && name === "lm_head.weight") || name.endsWith("rotary_emb.inv_freq")) continue;
    throw bad(`weights: every tensor must belong to a Llama of this shape, got ${quote(name)} with shape [${came}]`);
  }
  return weights;
}

/** The inverse of {@link weightsFromSafetensors}. Any vector in the order of `layoutOf` will do, a gradient too. */
export function safetensorsFromWeights(
  shape: PolicyShape,
  weights: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = layoutOf(shape).map((slot) => ({
    name: slot.name,
    shape: slot.shape,
    values: weights.subarray(slot.offset, slot.offset + slot.size),
  }));
  // transformers refuses a file that does not say which framework's layout it follows.
  return writeSafetensors(tensors, { format: "pt", ...metadata });
}

type Keys = Readonly<Record<string, unknown>>;

function refuseOtherArchitectures(keys: Keys): void {
  const architectures = keys.architectures;
  if (keys.model_type !== undefined && keys.model_type !== "llama") {
    throw bad(`config.json: model_type must be "llama", got ${quote(keys.model_type)}`);
  }
  if (architectures != null && !(Array.isArray(architectures) && architectures.includes("LlamaForCausalLM"))) {
    throw bad(`config.json: architectures must name LlamaForCausalLM, got ${quote(architectures)}`);
  }
  for (const key of ["attention_bias", "mlp_bias"] as const) {
    if (flag(keys, key)) throw bad(`config.json: ${key} must be false, as this policy has no biases, got true`);
  }
  if (keys.hidden_act !== undefined && keys.hidden_act !== "silu") {
    throw bad(`config.json: hidden_act must be "silu", got ${quote(keys.hidden_act)}`);
  }
}

function ropeTheta(keys: Keys): number {
  for (const name of ["rope_scaling", "rope_parameters"] as const) {
    const rope = keys[name];
    if (rope == null) continue;
    const { rope_type, type } = rope as Keys;
    const kind = rope_type ?? type ?? "default";
    if (typeof rope !== "object" || kind !== "default") {
      throw bad(`config.json: ${name} must be of type "default", got ${quote(typeof rope === "object" ? kind : rope)}`);
    }
  }
  const partial =
    (keys.rope_parameters as Keys | null | undefined)?.partial_rotary_factor ?? keys.partial_rotary_factor;
  if (partial != null && partial !== 1) {
    throw bad(`config.json: partial_rotary_factor must be 1, got ${quote(partial)}`);
  }
  const parameters = keys.rope_parameters as Keys | null | undefined;
  return parameters?.rope_theta === undefined
    ? positive(keys, "rope_theta", 10_000)
    : positive(parameters, "rope_theta", 10_000);
}

function count(keys: Keys, key: string, fallback?: number): number {
  const value = keys[key] ?? fallback;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw bad(`config.json: ${key} must be a whole number of at least 1, got ${quote(value)}`);
}

function positive(keys: Keys, key: string, fallback: number): number {
  const value = keys[key] ?? fallback;
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw bad(`config.json: ${key} must be a number above 0, got ${quote(value)}`);
}

function flag(keys: Keys, key: string): boolean {
  const value = keys[key] ?? false;
  if (typeof value === "boolean") return value;
  throw bad(`config.json: ${key} must be true or false, got ${quote(value)}`);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", message);
}
