import { isModelFile, MOST_MODEL_BYTES } from "../../lab/model/modelFiles.ts";
import type { ModelAnswer, ModelMessage, ModelRequest } from "../../lab/model/modelReader.ts";
import readerUrl from "../../lab/model/modelReader.ts?worker&url";
import { notRead, type Reading, readInWorker } from "../readInWorker.ts";
import { startWorker } from "../startWorker.ts";

/** Reads a model in a worker of its own: its facts and files, or one sentence that says why there is none. */
export function readModel(name: string, all: readonly File[]): Reading<ModelAnswer> {
  const files = all.filter((file) => isModelFile(file.name) || isNamed(file.name));
  const size = files.filter((file) => isModelFile(file.name)).reduce((sum, file) => sum + file.size, 0);
  if (size > MOST_MODEL_BYTES) {
    return notRead(
      `The files of a model must have at most ${MOST_MODEL_BYTES / 1e6} MB, got ${Math.round(size / 1e6)} MB: nothing of them was read.`,
    );
  }
  const request: ModelRequest = { name, files: files.map(emptied) };
  const worker = startWorker(readerUrl, "policy-lab-model");
  return readInWorker<ModelMessage, ModelAnswer>(worker, request, "The model", (message) =>
    "file" in message ? undefined : message,
  );
}

/** Files whose names alone tell what should be converted. */
const isNamed = (name: string) =>
  /^(pytorch_model.*|adapter_.*|tokenizer\.model|vocab\.(json|txt)|.*\.(bin|gguf|spm))$/.test(name);

const emptied = (file: File) => (isModelFile(file.name) ? file : new File([], file.name));
