import { PolicyError } from "../policy/policy.ts";
import { knowModel, type Model } from "../tasks/models.ts";
import { readModel } from "./readModel.ts";

/** One file of a model's folder. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** A model on its way to a worker. */
export interface SentModel {
  readonly hash: string;
  /** The folder's name. */
  readonly name: string;
  readonly files: readonly ModelFile[];
}

/** The model in these files. @throws {PolicyError} one sentence, where there is none */
export function readFiles(name: string, files: readonly ModelFile[]): Promise<Model> {
  const bytes = new Map(files.map((file) => [file.name, new Uint8Array(file.bytes)]));
  return readModel({ name, files: [...bytes.keys()], read: async (file) => bytes.get(file)! });
}

/** The model in these files, known from here on; read once. @throws {PolicyError} for files of another model */
export async function receiveModel({ hash, name, files }: SentModel): Promise<Model> {
  const known = here.get(hash);
  if (known) return known;
  const model = await readFiles(name, files);
  if (model.hash !== hash)
    throw new PolicyError("input", `The files of ${name} must be those of the model ${hash}, got ${model.hash}.`);
  knowModel(model);
  here.set(hash, model);
  return model;
}

const here = new Map<string, Model>();
