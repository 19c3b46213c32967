import type { RunConfig } from "../../experiment/config.ts";
import { configFromShape, safetensorsFromWeights } from "../../policy/huggingFace.ts";
import type { ScoreHead } from "../../policy/huggingFaceScore.ts";
import type { PolicyState } from "../../policy/policy.ts";
import { SIZES } from "../../policy/shape.ts";
import { taskById } from "../../tasks/index.ts";
import { loaded, type Model } from "../../tasks/models.ts";
import { shippedVocabulary } from "../../tasks/vocabularies.ts";
import { BOS, EOS, PAD, VOCAB_SIZE } from "../../tokenizer/characters.ts";
import { type ExportFile, prettyJson } from "../exportFile.ts";
import { commonConfigJson, tokenizerConfigJson, tokenizerJson } from "./tokenizer.ts";

/** A policy, or a model with a scalar head. */
interface Written extends Pick<PolicyState, "shape" | "weights"> {
  readonly score?: ScoreHead | undefined;
}

/**
 * A policy as the files that `AutoModelForCausalLM.from_pretrained` and `AutoTokenizer.from_pretrained` open. A foreign
 * vocabulary comes without a tokenizer: ours would name its tokens wrongly.
 * @param model whose tokenizer is written along, where the policy reads its tokens.
 * @param under the folder that the files lie in, with its `/`; none unless given.
 */
export function huggingFaceFolder(
  { shape, weights, score }: Written,
  under = "",
  model?: Pick<Model, "files" | "reads">,
): ExportFile[] {
  if (model && model.reads.vocabSize === shape.vocabSize) return folderOfModel({ shape, weights, score }, under, model);
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

/** The weights with the tokenizer that they were trained with, its files as they came. */
function folderOfModel(
  { shape, weights, score }: Written,
  under: string,
  { files, reads }: Pick<Model, "files" | "reads">,
): ExportFile[] {
  const { bos_token_id: _, pad_token_id: padding, ...config } = configFromShape(shape, score);
  const begin = reads.prompt("")[0]!;
  return [
    {
      name: `${under}config.json`,
      content: prettyJson({
        ...config,
        ...(score && { pad_token_id: padding }),
        bos_token_id: begin,
        eos_token_id: reads.end,
      }),
    },
    { name: `${under}model.safetensors`, content: safetensorsFromWeights(shape, weights, {}, score) },
    ...files.map(({ name, bytes }) => ({ name: under + name, content: bytes.slice() })),
  ];
}

/** What an experiment reads with, where it is more than the lab's characters: the reader's own model, or a shipped vocabulary. */
export function ownReader({ task: id }: Pick<RunConfig, "task">): Pick<Model, "files" | "reads"> | undefined {
  const { model, vocabulary } = taskById(id);
  if (model) return loaded(model);
  const shipped = vocabulary && shippedVocabulary(vocabulary);
  if (!shipped) return undefined;
  const json = (name: string, value: unknown) => ({ name, bytes: new TextEncoder().encode(prettyJson(value)) });
  const files = [
    { name: "tokenizer.json", bytes: shipped.file },
    json("tokenizer_config.json", commonConfigJson(SIZES.mini.context)),
    json("generation_config.json", { bos_token_id: BOS, eos_token_id: EOS, pad_token_id: PAD }),
  ];
  return { files, reads: shipped.tokenizer };
}
