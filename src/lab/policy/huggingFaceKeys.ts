/*
 * The keys of a `config.json` by what they do to the logits of a Llama: nothing at all; nothing as long as they hold the
 * value that stands here; or something that this lab does not know, which is every other key.
 */

/** Keys that do not change the mathematics: words about the file, the generator, training or the machine. */
export const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  // About the file and the program that wrote it.
  ...[
    "_name_or_path",
    "name_or_path",
    "_commit_hash",
    "transformers_version",
    "transformers.js_config",
    "unsloth_version",
  ],
  ...["unsloth_fixed", "is_llama_config", "model_name", "language", "license", "tags", "finetuning_task"],
  ...["dtype", "torch_dtype", "use_bfloat16", "torchscript", "tf_legacy_loss", "neuron", "onnx"],
  // About the tokenizer and the classes of another head.
  ...["tokenizer_class", "tokenizer_model_max_length", "tokenizer_padding_side", "model_max_length"],
  ...["id2label", "label2id", "num_labels", "problem_type", "task_specific_params", "prefix"],
  ...["bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "decoder_start_token_id"],
  ...["forced_bos_token_id", "forced_eos_token_id"],
  // Of the generator.
  ...["max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups"],
  ...["diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty"],
  ...["no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores"],
  ...["return_dict_in_generate", "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens"],
  ...["begin_suppress_tokens", "use_cache", "is_decoder", "cache_implementation"],
  // Of training: dropout is off when logits are computed, and in every run here.
  ...["initializer_range", "initializer_factor", "attention_dropout", "hidden_dropout", "dropout", "attn_pdrop"],
  ...["embd_pdrop", "resid_pdrop", "resid_dropout", "embedding_dropout", "hidden_dropout_prob"],
  ...["attention_probs_dropout_prob", "classifier_dropout", "gradient_checkpointing", "neftune_noise_alpha"],
  ...["router_aux_loss_coef", "output_router_logits", "use_reentrant_checkpointing"],
  // Of the machine: the same products in another order.
  ...[
    "pretraining_tp",
    "tensor_parallel_size",
    "chunk_size_feed_forward",
    "attn_implementation",
    "_attn_implementation",
  ],
  ...["_attn_implementation_autoset", "_attn_implementation_internal", "_experts_implementation", "flash_attention"],
  ...["use_flash_attention", "use_flash_attention_2", "use_flash_attn", "_flash_attn_2_enabled", "fused_mlp"],
  ...["use_memory_efficient_attention", "use_sdpa", "base_model_tp_plan", "base_model_pp_plan"],
  // What the answer of the Python class holds.
  ...["return_dict", "output_hidden_states", "output_attentions", "use_return_dict", "keys_to_ignore_at_inference"],
  // Lengths that a Llama does not read, and words for what num_key_value_heads and the window say already.
  ...["max_sequence_length", "n_ctx", "n_positions", "block_size", "original_max_position_embeddings"],
  ...["use_grouped_query_attention", "use_sliding_window", "max_window_layers", "tie_encoder_decoder"],
]);

/** A key that changes the mathematics unless it holds one of these values. */
interface Neutral {
  readonly values: readonly unknown[];
  /** What the other values would ask for: completes "as …". */
  readonly why: string;
}

const off = (why: string): Neutral => ({ values: [false, null], why });
const none = (why: string): Neutral => ({ values: [null, 0, false], why });
const one = (why: string): Neutral => ({ values: [1, null], why });

const BIASES = off("this policy has no biases");
const EXPERTS = none("this policy has no experts");
const FULL = off("this policy attends to every earlier token");
const PLAIN_LOGITS = { values: [null, 0], why: "this policy takes its scores as they are" } as const;
const SCALES = one("this policy scales nothing by a factor of its own");
const NORMS = off("this policy has no norms but those of a Llama");
const QUANTIZED = { values: [null], why: "this policy reads F32, F16 and BF16 alone" } as const;
const DECODER = off("this policy is a decoder alone");
const NO_ALIBI = off("this policy has rotary positions alone");
const SEQUENTIAL = off("this policy adds attention before its MLP");

export const NEUTRAL: ReadonlyMap<string, Neutral> = new Map<string, Neutral>([
  ...["attention_bias", "mlp_bias", "qkv_bias", "use_bias", "attention_out_bias", "use_qkv_bias", "lm_head_bias"].map(
    (key) => [key, BIASES] as const,
  ),
  ...["partial_rotary_factor", "rotary_pct", "rope_pct"].map(
    (key) => [key, one("this policy turns the whole head")] as const,
  ),
  ...[
    "embedding_multiplier",
    "residual_multiplier",
    "logits_scaling",
    "logit_scale",
    "scale_emb",
    "lm_head_multiplier",
  ].map((key) => [key, SCALES] as const),
  ...[
    "attn_logit_softcapping",
    "final_logit_softcapping",
    "logits_soft_cap",
    "attn_logit_softcap",
    "clip_qkv",
    "z_loss",
  ].map((key) => [key, PLAIN_LOGITS] as const),
  ...["use_qk_norm", "qk_norm", "qk_layernorm", "qk_layer_norms", "use_post_norm", "sandwich_norm"].map(
    (key) => [key, NORMS] as const,
  ),
  ...["num_local_experts", "num_experts", "n_routed_experts", "n_shared_experts", "num_experts_per_tok", "moe"].map(
    (key) => [key, EXPERTS] as const,
  ),
  ...["num_nextn_predict_layers", "num_mtp_layers", "mtp_num_layers"].map(
    (key) => [key, none("this policy predicts the next token alone")] as const,
  ),
  ...["quantization_config", "quantization", "compression_config"].map((key) => [key, QUANTIZED] as const),
  ...["attention_chunk_size", "no_rope_layers", "no_rope_layer_interval", "use_bidirectional_attention"].map(
    (key) => [key, FULL] as const,
  ),
  ...["is_encoder_decoder", "add_cross_attention", "cross_attention_hidden_size"].map((key) => [key, DECODER] as const),
  ["alibi", NO_ALIBI],
  ["parallel_residual", SEQUENTIAL],
  ["use_parallel_residual", SEQUENTIAL],
  ["rotary_adjacent_pairs", off("only rope_interleaved is read for it")],
  ["is_causal", { values: [true, null], why: "this policy is causal" }],
  ["auto_map", { values: [null], why: "it names code of its own" }],
]);
