import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configFromShape, safetensorsFromWeights } from "../../lab/policy/huggingFace.ts";
import { type PolicyShape, parameterCount } from "../../lab/policy/shape.ts";
import { BOS, EOS, PAD, VOCAB_SIZE } from "../../lab/tokenizer/characters.ts";
import { weightsInFile } from "../../lab/train/startingState.ts";
import { readCheckpointFile } from "../checkpointFile.ts";
import { type Command, InputError } from "../command.ts";
import { tokenizerConfigJson, tokenizerJson } from "../hfTokenizer.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "Writes a trained policy as a folder that AutoModelForCausalLM.from_pretrained opens.",
  usage: "<run.json | checkpoint.safetensors>",
  positionals: [1, 1],
  options: {
    format: { type: "text", value: "hf", help: "Hugging Face's, the only one" },
    out: { type: "text", value: "folder", help: "where to write; made where it is missing" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const format = args.text("format") ?? "hf";
    if (format !== "hf") throw new InputError(`--format must be hf, got "${format}".`);
    const out = args.text("out");
    if (out === undefined) throw new InputError("--out must name the folder to write, got nothing.");
    // From a run's result (the checkpoint lies beside it), a run's checkpoint, or a file of weights alone.
    const { shape, weights } = weightsInFile(await readCheckpointFile(args.positionals[0]!));
    const files = filesOf(shape, weights);
    await mkdir(out, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(out, name), content);
    const parameters = parameterCount(shape);
    const names = Object.keys(files);
    io.out(
      args.flag("json")
        ? JSON.stringify({ out, format, parameters, files: names })
        : `${out} holds ${names.join(", ")}: ${parameters} parameters`,
    );
    return 0;
  },
};

/** A foreign vocabulary comes without a tokenizer: ours would name its tokens wrongly. */
function filesOf(shape: PolicyShape, weights: Float32Array): Readonly<Record<string, string | Uint8Array>> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "config.json": json(configFromShape(shape)),
    "generation_config.json": json({
      bos_token_id: BOS,
      eos_token_id: EOS,
      pad_token_id: PAD,
      max_length: shape.context,
    }),
    "model.safetensors": safetensorsFromWeights(shape, weights),
    ...(shape.vocabSize === VOCAB_SIZE && {
      "tokenizer.json": json(tokenizerJson()),
      "tokenizer_config.json": json(tokenizerConfigJson(shape.context)),
    }),
  };
}
