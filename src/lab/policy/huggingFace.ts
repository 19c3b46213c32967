import { BOS, EOS, PAD } from "../tokenizer/characters.ts";
import { readLlamaConfig } from "./huggingFaceConfig.ts";
import { canonicalNames } from "./huggingFaceNames.ts";
import { SCORE, type ScoreHead, scoreHeadOf } from "./huggingFaceScore.ts";
import { EMBEDDING, HEAD, headOf, interleave, orderHalves, vectorOf } from "./huggingFaceTensors.ts";
import { PolicyError } from "./policy.ts";
import { writeSafetensors } from "./safetensors.ts";
import type { StoredTensor } from "./safetensorsHeader.ts";
import { layoutOf, type PolicyShape } from "./shape.ts";

/** A Llama of a Hugging Face folder, ready for a policy. */
export interface Llama {
  /** Where the model gives sequences a score instead of writing: its shape is tied, and its weights have no other head. */
  readonly score?: ScoreHead;
  readonly shape: PolicyShape;
  /** In the order of `layoutOf(shape)`. [P] */
  readonly weights: Float32Array;
  /** What was read in another way than the file might be meant, one sentence each. */
  readonly notes: readonly string[];
  /** A vector in the order of the weights (a gradient) with rows as the file has them. [P] → [P] */
  asInFile(vector: Float32Array): Float32Array;
}

/**
 * A Llama from the value of its `config.json` and its tensors, of one file or of all shards. Where `tie_word_embeddings` is
 * true, a head that differs from the embedding is kept and the model becomes untied, as transformers 5 does.
 * @throws {PolicyError} kind `input`, one sentence naming the key of the config or the tensor, what must hold and what came.
 */
export function llamaFrom(config: unknown, stored: Iterable<StoredTensor>): Llama {
  const { keys, shape: described, interleaved, notes } = readLlamaConfig(config);
  const named = canonicalNames(stored);
  const scoring = scoreHeadOf(keys, described, named.tensors);
  const head = scoring ? { ...scoring, tied: true, notes: [] } : headOf(described, named.tensors);
  const shape = { ...described, tied: head.tied };
  const weights = vectorOf(shape, head.tensors);
  if (interleaved) orderHalves(shape, weights);
  return {
    ...(scoring && { score: scoring.head }),
    shape,
    weights,
    notes: [...notes, ...named.notes, ...head.notes],
    asInFile: (vector) => (interleaved ? interleave(shape, vector) : vector),
  };
}

/**
 * The `config.json` that `AutoModelForCausalLM.from_pretrained` opens, or `AutoModelForSequenceClassification` where the model
 * has a score for a head; {@link readLlamaConfig} reads it back.
 */
export function configFromShape(shape: PolicyShape, score?: ScoreHead): Record<string, unknown> {
  return {
    architectures: [score ? "LlamaForSequenceClassification" : "LlamaForCausalLM"],
    ...(score && { id2label: { 0: "LABEL_0" }, label2id: { LABEL_0: 0 } }),
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
    pad_token_id: score ? (score.padding ?? null) : PAD,
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
 * The flat parameter vector, in the order of `layoutOf`, from stored tensors with Hugging Face's names.
 * @throws {PolicyError} kind `input` naming the tensor, its expected shape and what came.
 */
export function weightsFromTensors(shape: PolicyShape, stored: Iterable<StoredTensor>): Float32Array {
  const head = headOf(shape, canonicalNames(stored).tensors);
  if (head.tied === shape.tied) return vectorOf(shape, head.tensors);
  throw new PolicyError("input", `weights: ${HEAD} must equal ${EMBEDDING}, as this policy ties them, got another`);
}

/** A safetensors file, the inverse of {@link weightsFromTensors}. Any vector in the order of `layoutOf` will do, a gradient too. */
export function safetensorsFromWeights(
  shape: PolicyShape,
  weights: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
  score?: ScoreHead,
): Uint8Array<ArrayBuffer> {
  const head = score ? [{ name: SCORE, shape: [1, shape.width], values: score.weights }] : [];
  const tensors = layoutOf(shape).map((slot) => ({
    name: slot.name,
    shape: slot.shape,
    values: weights.subarray(slot.offset, slot.offset + slot.size),
  }));
  // transformers refuses a file that does not say which framework's layout it follows.
  return writeSafetensors([...tensors, ...head], { format: "pt", ...metadata });
}
