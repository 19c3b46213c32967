import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { configFromShape, safetensorsFromWeights } from "../../lab/policy/huggingFace.ts";
import { readWeightsFile } from "../../lab/policy/native.ts";
import { readSafetensors } from "../../lab/policy/safetensors.ts";
import { type PolicyShape, parameterCount } from "../../lab/policy/shape.ts";
import { BOS, EOS, PAD, VOCAB_SIZE } from "../../lab/tokenizer/characters.ts";
import { readCheckpoint } from "../../lab/train/checkpoint.ts";
import { type Command, InputError } from "../command.ts";
import { tokenizerConfigJson, tokenizerJson } from "../hfTokenizer.ts";
import { parseJson, readBytes, readTextFile } from "../input.ts";

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
    const { shape, weights } = await readPolicy(args.positionals[0]!);
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

interface Weights {
  readonly shape: PolicyShape;
  readonly weights: Float32Array; // [P]
}

/** From a run's result (the checkpoint lies beside it), a run's checkpoint, or a file of weights alone. */
async function readPolicy(path: string): Promise<Weights> {
  if (!path.endsWith(".json")) {
    const bytes = await readBytes(path);
    // Weights alone do not say what kind of file they are.
    return readSafetensors(bytes).metadata.kind === undefined ? readWeightsFile(bytes) : readCheckpoint(bytes).policy;
  }
  const file = (parseJson(await readTextFile(path), path) as { checkpoint?: unknown } | null)?.checkpoint;
  if (typeof file === "string") return readPolicy(join(dirname(path), file));
  throw new InputError(`${path} must name the checkpoint that lab train --out writes beside it, got none.`);
}

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
