import { PolicyError } from "../policy/policy.ts";
import type { ModelFacts } from "../tasks/models.ts";
import { type ModelFile, readFiles } from "./sentModel.ts";

/*
 * A worker of its own that reads one model, so that the page does not wait for it.
 */

/** Page to reader: read this model. */
export interface ModelRequest {
  /** The folder's name. */
  readonly name: string;
  readonly files: readonly File[];
}

/** A model as the page keeps it. */
export interface ReadModel {
  readonly facts: ModelFacts;
  readonly files: readonly ModelFile[];
}

/** The model, or one sentence that says why there is none. */
export type ModelAnswer = { readonly read: ReadModel } | { readonly sentence: string };

/** Reader to page: the answer, and before it the name of every file whose bytes are there. */
export type ModelMessage = ModelAnswer | { readonly file: string };

const scope = self as typeof self & DedicatedWorkerGlobalScope;
const post = (message: ModelMessage, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

scope.addEventListener("message", ({ data }: MessageEvent<ModelRequest>) => void read(data));

async function read({ name, files: given }: ModelRequest): Promise<void> {
  try {
    const files = await Promise.all(given.map(loaded));
    const { hash, shape, tokenizer, notes, scores } = await readFiles(name, files);
    const facts = { hash, name, shape, tokenizer, notes, ...(scores && { scores }) };
    post(
      { read: { facts, files } },
      files.map(({ bytes }) => bytes),
    );
  } catch (error) {
    post({ sentence: error instanceof PolicyError ? error.message : "The files of the model could not be read." });
  }
}

async function loaded(file: File): Promise<ModelFile> {
  const bytes = await file.arrayBuffer();
  post({ file: file.name });
  return { name: file.name, bytes };
}
