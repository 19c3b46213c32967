import { nearestName } from "../nearestName.ts";
import { quote } from "../schema.ts";
import { NEUTRAL, WITHOUT_EFFECT } from "./huggingFaceKeys.ts";
import { type Keys, readRope } from "./huggingFaceRope.ts";
import { PolicyError } from "./policy.ts";
import { shownName } from "./safetensorsHeader.ts";
import { checkShape, LARGEST, type PolicyShape } from "./shape.ts";

/** A Llama as its `config.json` describes it. */
interface LlamaConfig {
  readonly keys: Keys;
  readonly shape: PolicyShape;
  /** The rows of q and k come in neighbouring pairs instead of halves, and must be put in order. */
  readonly interleaved: boolean;
  /** What was read in another way than the file might be meant, one sentence each. */
  readonly notes: readonly string[];
}

/** Keys that {@link readLlamaConfig} uses. */
const USED = [
  ...["architectures", "model_type", "hidden_act", "vocab_size", "hidden_size", "intermediate_size"],
  ...["num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "max_position_embeddings"],
  ...["rms_norm_eps", "tie_word_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "rotary_base"],
  ...["rotary_dim", "rope_interleaved", "sliding_window", "layer_types", "pruned_heads"],
];
const KNOWN = [...USED, ...NEUTRAL.keys(), ...WITHOUT_EFFECT];

/** What missing keys mean, where the model types differ. A Mistral is a Llama with a window of attention. */
const MODEL_TYPES = {
  llama: { architecture: "LlamaForCausalLM", kvHeads: undefined, context: 2048, window: undefined },
  mistral: { architecture: "MistralForCausalLM", kvHeads: 8, context: 131_072, window: 4096 },
} as const;

/**
 * Reads the `config.json` of a `LlamaForCausalLM` or `LlamaForSequenceClassification`, or of a Mistral whose window never closes. Missing keys take
 * the defaults of transformers 5.
 * @throws {PolicyError} kind `input`, one sentence naming the first key that this policy cannot follow, or does not know.
 */
export function readLlamaConfig(config: unknown): LlamaConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw bad(`config.json must be an object, got ${quote(config)}`);
  }
  const keys = config as Keys;
  const type = modelType(keys);
  refuseUnknownKeys(keys);
  const rope = readRope(keys);
  const heads = count(keys, "num_attention_heads", "heads");
  const width = count(keys, "hidden_size", "width");
  const stated = count(keys, "max_position_embeddings", undefined, type.context);
  const shape: PolicyShape = {
    vocabSize: count(keys, "vocab_size", "vocabSize"),
    width,
    layers: count(keys, "num_hidden_layers", "layers"),
    heads,
    // A null that stands there means as many as heads, in a Mistral too, whose own default is another.
    kvHeads: count(
      keys,
      "num_key_value_heads",
      "kvHeads",
      keys.num_key_value_heads === null ? heads : (type.kvHeads ?? heads),
    ),
    headWidth: count(keys, "head_dim", "headWidth", Math.floor(width / heads)),
    hidden: count(keys, "intermediate_size", "hidden"),
    context: Math.min(stated, LARGEST.context),
    ropeTheta: rope.theta,
    normEpsilon: positive(keys, "rms_norm_eps", 1e-6),
    tied: flag(keys, "tie_word_embeddings"),
  };
  checkRotation(keys, shape);
  checkWindow(keys, shape, type.window);
  try {
    checkShape(shape);
  } catch (error) {
    throw bad(`config.json: ${(error as Error).message}`);
  }
  const interleaved = flag(keys, "rope_interleaved");
  return { keys, shape, interleaved, notes: [...rope.notes, ...notesOf(stated, interleaved)] };
}

function notesOf(stated: number, interleaved: boolean): string[] {
  const notes: string[] = [];
  if (stated > LARGEST.context) {
    notes.push(
      `config.json gives max_position_embeddings as ${stated}: up to ${LARGEST.context} tokens of a sequence are read here.`,
    );
  }
  if (interleaved) {
    notes.push(
      "rope_interleaved is true: the rows of q_proj and k_proj are put in the order of halves, which is the same.",
    );
  }
  return notes;
}

function modelType(keys: Keys): (typeof MODEL_TYPES)[keyof typeof MODEL_TYPES] {
  const { architectures, hidden_act: activation } = keys;
  const name = keys.model_type ?? "llama";
  const type = name === "llama" || name === "mistral" ? MODEL_TYPES[name] : undefined;
  if (!type)
    throw bad(`config.json: model_type must be "llama", got ${quote(name)}; of the others, "mistral" is read too`);
  const named = Array.isArray(architectures) ? architectures : [architectures];
  // A model without a head is one whose head is tied to the embedding, or it is refused for the missing head.
  const known = ["ForCausalLM", "Model", "ForSequenceClassification"].map((end) =>
    type.architecture.replace("ForCausalLM", end),
  );
  if (architectures != null && !named.some((one) => known.includes(one as string))) {
    throw bad(`config.json: architectures must name ${type.architecture}, got ${quote(architectures)}`);
  }
  // Two names of one function in transformers.
  if (activation != null && activation !== "silu" && activation !== "swish") {
    throw bad(`config.json: hidden_act must be "silu", got ${quote(activation)}`);
  }
  return type;
}

function refuseUnknownKeys(keys: Keys): void {
  for (const [key, value] of Object.entries(keys)) {
    const neutral = NEUTRAL.get(key);
    if (neutral && !neutral.values.includes(value)) {
      throw bad(`config.json: ${key} must be ${quote(neutral.values[0])}, as ${neutral.why}, got ${quote(value)}`);
    }
    if (neutral || USED.includes(key) || WITHOUT_EFFECT.has(key)) continue;
    const near = nearestName(key, KNOWN);
    const hint = near ? `did you mean ${near}?` : "it may change the mathematics; remove it if it does not.";
    throw bad(
      `config.json: every key must be one that this policy knows, got ${shownName(key)} = ${quote(value)}: ${hint}`,
    );
  }
  const pruned = keys.pruned_heads;
  if (pruned != null && quote(pruned) !== "{}") throw bad(`config.json: pruned_heads must be {}, got ${quote(pruned)}`);
}

/** A part of the head that does not turn would need other kernels. */
function checkRotation({ rotary_dim: rotary }: Keys, { headWidth }: PolicyShape): void {
  if (rotary == null || rotary === headWidth) return;
  throw bad(`config.json: rotary_dim must be the head's width, ${headWidth}, got ${quote(rotary)}`);
}

/** A window as wide as the longest sequence is no window. */
function checkWindow(keys: Keys, { context }: PolicyShape, fallback: number | undefined): void {
  const window = keys.sliding_window === undefined ? fallback : keys.sliding_window;
  if (window !== null && window !== undefined && !(typeof window === "number" && window >= context)) {
    throw bad(`config.json: sliding_window must be null or at least the context, ${context}, got ${quote(window)}`);
  }
  const types = keys.layer_types;
  if (types == null) return;
  const closed = Array.isArray(types)
    ? types.find((type) => type !== "full_attention" && type !== "sliding_attention")
    : types;
  if (closed !== undefined) {
    throw bad(`config.json: layer_types must be a list of "full_attention", got ${quote(closed)}`);
  }
}

function count(keys: Keys, key: string, size?: keyof typeof LARGEST, fallback?: number): number {
  const value = keys[key] ?? fallback;
  const most = size === undefined ? Number.MAX_SAFE_INTEGER : LARGEST[size];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    throw bad(`config.json: ${key} must be a whole number of at least 1, got ${quote(value)}`);
  }
  if (value > most) throw bad(`config.json: ${key} must be at most ${most}, got ${value}`);
  return value;
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
