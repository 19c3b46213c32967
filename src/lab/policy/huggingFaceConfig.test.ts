import { describe, expect, it } from "vitest";
import { readLlamaConfig } from "./huggingFaceConfig.ts";
import { NEUTRAL, WITHOUT_EFFECT } from "./huggingFaceKeys.ts";
import { modelConfig } from "./testFiles.ts";

const read = (change: Readonly<Record<string, unknown>>) => readLlamaConfig(modelConfig(change));

describe("a config.json", () => {
  it("may hold every key that does not change the mathematics, and every neutral value", () => {
    const plain = read({}).shape;
    for (const key of WITHOUT_EFFECT) expect(read({ [key]: "whatever" }).shape, key).toEqual(plain);
    for (const [key, { values }] of NEUTRAL) {
      for (const value of values) expect(read({ [key]: value }).shape, key).toEqual(plain);
    }
  });

  it("names no key on both lists", () => {
    expect([...WITHOUT_EFFECT].filter((key) => NEUTRAL.has(key))).toEqual([]);
  });

  it.each([
    [
      "quantization_config",
      { quant_method: "bitsandbytes" },
      "quantization_config must be null, as this policy reads F32",
    ],
    [
      "num_nextn_predict_layers",
      1,
      "num_nextn_predict_layers must be null, as this policy predicts the next token alone, got 1",
    ],
    ["attn_logit_softcapping", 50, "attn_logit_softcapping must be null"],
    ["qkv_bias", true, "qkv_bias must be false, as this policy has no biases, got true"],
    ["embedding_multiplier", 12, "embedding_multiplier must be 1"],
    ["num_local_experts", 8, "num_local_experts must be null, as this policy has no experts, got 8"],
    ["partial_rotary_factor", 0.5, "partial_rotary_factor must be 1, as this policy turns the whole head, got 0.5"],
    ["rotary_dim", 8, "rotary_dim must be the head's width, 16, got 8"],
    ["rotary_base", 500_000, "rotary_base must be rope_theta, 10000, got 500000"],
    ["rope_interleaved", 1, "rope_interleaved must be true or false, got 1"],
    ["sliding_window", 32, "sliding_window must be null or at least the context, 64, got 32"],
    [
      "layer_types",
      ["full_attention", "linear_attention"],
      'layer_types must be a list of "full_attention", got "linear',
    ],
    ["rope_parameters", { rope_type: "default", factor: 8 }, "rope_parameters.factor must be 1, got 8"],
    [
      "rope_parameters",
      { rope_type: "default", rope_theta: "1e4" },
      'rope_parameters.rope_theta must be a number above 0, got "1e4"',
    ],
    ["rope_parameters", { rope_type: "default", mrope_section: [1] }, 'got "mrope_section": [1]'],
    [
      "rope_parameters",
      { full_attention: {}, sliding_attention: {} },
      'that of full_attention alone, got "sliding_attention"',
    ],
    [
      "rope_scaling",
      { full_attention: { rope_type: "yarn" } },
      'rope_scaling.full_attention must be of type "default", got "yarn"',
    ],
    ["rope_scaling", "dynamic", 'rope_scaling must be of type "default", got "dynamic"'],
    ["pruned_heads", { 0: [1] }, 'pruned_heads must be {}, got {"0":[1]}'],
    ["auto_map", { AutoModel: "x" }, "auto_map must be null, as it names code of its own"],
    ["num_hidden_layer", 1, "got num_hidden_layer = 1: did you mean num_hidden_layers?"],
    ["mystery_gate", 0.5, "got mystery_gate = 0.5: it may change the mathematics; remove it if it does not."],
    ["__proto__x", {}, "every key must be one that this policy knows, got __proto__x"],
    ["model_type", "gemma3", 'model_type must be "llama", got "gemma3"'],
    ["architectures", ["LlamaForTokenClassification"], "architectures must name LlamaForCausalLM"],
    ["vocab_size", 128_256, "vocab_size must be at most 50000, got 128256"],
    ["vocab_size", 2 ** 53, "vocab_size must be at most 50000, got 9007199254740992"],
    ["num_hidden_layers", 100_000_000, "num_hidden_layers must be at most 512, got 100000000"],
    ["num_attention_heads", 1e9, "num_attention_heads must be at most 512, got 1000000000"],
    ["rms_norm_eps", 0, "rms_norm_eps must be a number above 0, got 0"],
    ["hidden_size", "64", 'hidden_size must be a whole number of at least 1, got "64"'],
  ])("is refused for %s = %j", (key, value, message) => {
    expect(() => read({ [key]: value })).toThrow(message);
  });

  it("gives a context of up to 1,024 tokens, and says where the model's own is longer", () => {
    expect(read({ max_position_embeddings: 1024 })).toMatchObject({ shape: { context: 1024 }, notes: [] });
    const { shape, notes } = read({ max_position_embeddings: undefined });
    expect(shape.context).toBe(1024);
    expect(notes).toEqual([expect.stringMatching(/max_position_embeddings as 2048: up to 1024 tokens/)]);
  });

  it("takes the whole head as rotary_dim, and the width over the heads, rounded down, as the head", () => {
    expect(read({ rotary_dim: 16 }).shape.headWidth).toBe(16);
    const odd = { head_dim: undefined, hidden_size: 256, num_attention_heads: 6, num_key_value_heads: 2 };
    expect(read({ ...odd, rotary_dim: 42 }).shape.headWidth).toBe(42);
  });

  it("means by missing keys what its model type means by them", () => {
    const missing = { num_key_value_heads: undefined, sliding_window: undefined, num_attention_heads: 16 };
    expect(read(missing).shape.kvHeads).toBe(16);
    const mistral = { ...missing, model_type: "mistral", architectures: undefined };
    expect(read(mistral).shape.kvHeads).toBe(8);
    expect(read({ ...mistral, num_key_value_heads: null }).shape.kvHeads).toBe(16);
  });
});
