import { basename, resolve } from "node:path";
import { isModelFile } from "../lab/model/modelFiles.ts";
import { readModel } from "../lab/model/readModel.ts";
import { PolicyError } from "../lab/policy/policy.ts";
import { knowModel, type Model, modelSummary } from "../lab/tasks/models.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { modelFolder } from "./modelFolder.ts";

/** The option that brings a model of one's own, shared by the commands that take an experiment. */
export const MODEL_OPTIONS = {
  model: {
    type: "text",
    value: "folder",
    help: "starts from this Hugging Face folder (config.json, model.safetensors, tokenizer.json), read in its own tokens",
  },
} as const;

/** The model that `--model` names, known from here on; undefined without it. @throws {InputError} for a folder that holds none */
export async function modelOf(args: ParsedArgs, io?: Pick<Io, "err">): Promise<Model | undefined> {
  const model = await modelIn("model", args, io);
  if (model?.scores)
    throw new InputError(
      `--model must be a model that writes, got one with a scalar head: --reward-checkpoint ${args.text("model")} rewards with it.`,
    );
  return model;
}

/** The model in the folder that an option names, known from here on. @throws {InputError} for a folder that holds none */
export async function modelIn(
  option: "model" | "reward-checkpoint",
  args: ParsedArgs,
  io?: Pick<Io, "err">,
): Promise<Model | undefined> {
  const path = args.has(option) ? args.text(option) : undefined;
  if (path === undefined) return undefined;
  const folder = await modelFolder(path);
  try {
    const files = folder.files.filter((file) => isModelFile(file) || /token|vocab|\.bin$/.test(file));
    const model = await readModel({ ...folder, name: basename(resolve(path)), files });
    knowModel(model);
    io?.err(`${model.name} (${model.hash}): ${modelSummary(model)}`);
    for (const note of model.notes) io?.err(note);
    return model;
  } catch (error) {
    if (error instanceof PolicyError) throw new InputError(`--${option} ${path}: ${error.message}`);
    throw error;
  }
}
