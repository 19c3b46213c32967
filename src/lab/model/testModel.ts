import { configFromShape, safetensorsFromWeights } from "../policy/huggingFace.ts";
import type { ScoreHead } from "../policy/huggingFaceScore.ts";
import { randomWeights } from "../policy/init.ts";
import { type PolicyShape, SIZES } from "../policy/shape.ts";
import { TEST_VOCABULARY, type TokenizerKind, testTokenizerFiles } from "../tokenizer/testTokenizers.ts";
import { fieldsOf } from "../tokenizer/tokenizerFiles.ts";
import type { ModelFile } from "./sentModel.ts";

/** A small one, for runs in tests. */
export const TEST_SHAPE: PolicyShape = { ...SIZES.nano, vocabSize: TEST_VOCABULARY, context: 96 };

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;

/** A head for {@link TEST_SHAPE}. */
export const TEST_SCORE: ScoreHead = {
  weights: Float32Array.from({ length: TEST_SHAPE.width }, (_, i) => Math.sin(5 * i)),
  padding: undefined,
};

/** The files of a model's folder, its weights drawn with a seed; of one that scores, with a head. */
export function testModelFiles(
  kind: TokenizerKind = "byte-level BPE",
  shape = TEST_SHAPE,
  seed = 1,
  score?: ScoreHead,
): ModelFile[] {
  const { tokenizer, settings, model } = testTokenizerFiles(kind);
  return [
    { name: "config.json", bytes: bytesOf({ ...configFromShape(shape, score), ...fieldsOf(model) }) },
    { name: "model.safetensors", bytes: safetensorsFromWeights(shape, randomWeights(shape, seed), {}, score).buffer },
    { name: "tokenizer.json", bytes: bytesOf(tokenizer) },
    { name: "tokenizer_config.json", bytes: bytesOf(settings) },
  ];
}
