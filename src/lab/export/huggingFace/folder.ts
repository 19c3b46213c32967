import { configFromShape, safetensorsFromWeights } from "../../policy/huggingFace.ts";
import type { PolicyState } from "../../policy/policy.ts";
import { BOS, EOS, PAD, VOCAB_SIZE } from "../../tokenizer/characters.ts";
import { type ExportFile, prettyJson } from "../exportFile.ts";
import { tokenizerConfigJson, tokenizerJson } from "./tokenizer.ts";

/**
 * A policy as the files that `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained` open. A foreign
 * vocabulary comes without a tokenizer: ours would name its tokens wrongly.
 * @param under the folder that the files lie in, with its `/`; none unless given.
 */
export function huggingFaceFolder(
  { shape, weights }: Pick<PolicyState, "shape" | "weights">,
  under = "",
): ExportFile[] {
  const files: ExportFile[] = [
    { name: "config.json", content: prettyJson(configFromShape(shape)) },
    {
      name: "generation_config.json",
      content: prettyJson({
        bos_token_id: BOS,
        eos_token_id: EOS,
        pad_token_id: PAD,
        max_length: shape.context,
      }),
    },
    { name: "model.safetensors", content: safetensorsFromWeights(shape, weights) },
  ];
  if (shape.vocabSize === VOCAB_SIZE) {
    files.push(
      { name: "tokenizer.json", content: prettyJson(tokenizerJson()) },
      { name: "tokenizer_config.json", content: prettyJson(tokenizerConfigJson(shape.context)) },
    );
  }
  return files.map((file) => ({ ...file, name: under + file.name }));
}
