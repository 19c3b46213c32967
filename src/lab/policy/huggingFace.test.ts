import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configFromShape, safetensorsFromWeights } from "./huggingFace.ts";
import { layoutOf, SIZES } from "./shape.ts";
import { readSafetensors, shapeFromConfig, weightsFromSafetensors } from "./testFiles.ts";

const config = JSON.parse(readFileSync(new URL("./vectors/config.json", import.meta.url), "utf8"));
const file = readFileSync(new URL("./vectors/model.safetensors", import.meta.url));

describe("a Hugging Face checkpoint", () => {
  it("has the sizes of its config.json", () => {
    expect(shapeFromConfig(config)).toEqual({
      vocabSize: 32,
      width: 32,
      layers: 1,
      heads: 2,
      kvHeads: 2,
      headWidth: 16,
      hidden: 64,
      context: 64,
      ropeTheta: 10_000,
      normEpsilon: 1e-5,
      tied: true,
    });
  });

  it("takes Llama's defaults for missing keys, and the older spelling of theta", () => {
    const { head_dim, num_key_value_heads, rope_parameters, tie_word_embeddings, rms_norm_eps, ...rest } = config;
    const shape = shapeFromConfig({ ...rest, rope_theta: 500, rope_scaling: null });
    expect(shape).toMatchObject({ headWidth: 16, kvHeads: 2, ropeTheta: 500, tied: false, normEpsilon: 1e-6 });
  });

  it.each([
    ["tiny", SIZES.tiny],
    ["grouped, untied", { ...SIZES.nano, kvHeads: 1, tied: false, headWidth: 8, ropeTheta: 1e6 }],
  ])("writes a config.json that it reads back (%s)", (_, shape) => {
    expect(shapeFromConfig(JSON.parse(JSON.stringify(configFromShape(shape))))).toEqual(shape);
  });

  it.each([
    [
      { rope_parameters: { rope_type: "llama3", factor: 8 } },
      'rope_parameters must be of type "default", got "llama3"',
    ],
    [{ rope_scaling: { type: "linear", factor: 2 } }, 'rope_scaling must be of type "default", got "linear"'],
    [{ attention_bias: true }, "attention_bias must be false"],
    [{ mlp_bias: true }, "mlp_bias must be false"],
    [{ hidden_act: "gelu" }, 'hidden_act must be "silu", got "gelu"'],
    [{ model_type: "qwen2" }, 'model_type must be "llama", got "qwen2"'],
    [{ hidden_size: undefined }, "hidden_size must be a whole number of at least 1, got undefined"],
    [{ num_key_value_heads: 3 }, "kvHeads must divide heads, got 3 for 2 heads"],
    [{ head_dim: 15 }, "headWidth must be even"],
  ])("refuses what this policy cannot follow: %o", (change, message) => {
    expect(() => shapeFromConfig({ ...config, ...change })).toThrow(message);
  });

  it("puts every tensor where the layout has it, and back", () => {
    const shape = shapeFromConfig(config);
    const weights = weightsFromSafetensors(shape, file);
    const tensors = readSafetensors(file).tensors;
    for (const slot of layoutOf(shape)) {
      expect(weights.slice(slot.offset, slot.offset + slot.size)).toEqual(tensors.get(slot.name)!.values);
    }
    const written = safetensorsFromWeights(shape, weights, { made: "here" });
    expect(readSafetensors(written).metadata).toEqual({ format: "pt", made: "here" });
    expect(weightsFromSafetensors(shape, written)).toEqual(weights);
  });

  it("names the tensor that is missing, of another shape, or foreign", () => {
    const shape = shapeFromConfig(config);
    const weights = weightsFromSafetensors(shape, file);
    const bytes = safetensorsFromWeights(shape, weights);
    expect(() => weightsFromSafetensors({ ...shape, layers: 2 }, bytes)).toThrow(
      "model.layers.1.input_layernorm.weight must be there with shape [32], got no such tensor",
    );
    expect(() => weightsFromSafetensors({ ...shape, hidden: 96 }, bytes)).toThrow(
      "model.layers.0.mlp.gate_proj.weight must have shape [96,32], got [64,32]",
    );
    const untied = { ...shape, tied: false };
    const twice = new Float32Array(weights.length + 32 * 32);
    twice.set(weights);
    expect(() => weightsFromSafetensors(shape, safetensorsFromWeights(untied, twice))).toThrow(
      "lm_head.weight must equal model.embed_tokens.weight",
    );
    twice.set(weights.subarray(0, 32 * 32), weights.length);
    expect(weightsFromSafetensors(shape, safetensorsFromWeights(untied, twice))).toEqual(weights);
    expect(() =>
      weightsFromSafetensors(
        { ...shape, layers: 1, tied: true },
        safetensorsFromWeights({ ...shape, layers: 2 }, new Float32Array(2 * weights.length)),
      ),
    ).toThrow('got "model.layers.1.input_layernorm.weight"');
  });
});
