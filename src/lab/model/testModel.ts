import { configFromShape, safetensorsFromWeights } from "../policy/huggingFace.ts";
import { randomWeights } from "../policy/init.ts";
import { type PolicyShape, SIZES } from "../policy/shape.ts";
import { TEST_VOCABULARY, type TokenizerKind, testTokenizerFiles } from "../tokenizer/testTokenizers.ts";
import { fieldsOf } from "../tokenizer/tokenizerFiles.ts";
import type { ModelFile } from "./sentModel.ts";

/** A small one, for runs in tests. */
export const TEST_SHAPE: PolicyShape = { ...SIZES.nano, vocabSize: TEST_VOCABULARY, context: 96 };

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;

/** The files of a model's folder, its weights drawn with a seed. */
export function testModelFiles(kind: TokenizerKind = "byte-level BPE", shape = TEST_SHAPE, seed = 1): ModelFile[] {
  const { tokenizer, settings, model } = testTokenizerFiles(kind);
  return [
    { name: "config.json", bytes: bytesOf({ ...configFromShape(shape), ...fieldsOf(model) }) },
    { name: "model.safetensors", bytes: safetensorsFromWeights(shape, randomWeights(shape, seed)).buffer },
    { name: "tokenizer.json", bytes: bytesOf(tokenizer) },
    { name: "tokenizer_config.json", bytes: bytesOf(settings) },
  ];
}
