import { demoStyleOf, type RunConfig } from "../experiment/config.ts";
import { longestRow } from "../feeds/encode.ts";
import { safetensorsFromWeights } from "../policy/huggingFace.ts";
import { randomWeights } from "../policy/init.ts";
import { parseStrictJson } from "../policy/jsonText.ts";
import { readWeightsFile } from "../policy/native.ts";
import { freshState, PolicyError, type PolicyState } from "../policy/policy.ts";
import { readSafetensorsHeader } from "../policy/safetensorsHeader.ts";
import { type PolicyShape, SIZES, type SizeName } from "../policy/shape.ts";
import { taskById } from "../tasks/index.ts";
import type { KnownModel } from "../tasks/models.ts";
import { checkpointCommand, checkpointFile, nativeCheckpoint, type Task, vocabularyOf } from "../tasks/task.ts";
import { VOCAB_SIZE } from "../tokenizer/characters.ts";
import { fieldsOf } from "../tokenizer/tokenizerFiles.ts";
import { readCheckpointPolicy } from "./checkpoint.ts";
import { parameterHash } from "./parameterHash.ts";
import { checkShipped } from "./shippedCheckpoints.ts";
import { checkVocabulary, type FetchShipped, vocabularyHere } from "./shippedVocabulary.ts";

/**
 * The policy's state before the first update.
 * @throws {PolicyError} when the file does not fit, or is not the one that was shipped.
 */
export async function startingState(config: RunConfig, fetchShipped: FetchShipped): Promise<PolicyState> {
  const { start, size, seed, checkpoint } = config.start;
  const task = taskById(config.task);
  await vocabularyHere(task, fetchShipped);
  if (start === "random") {
    const shape = randomShape(task, size);
    return freshState(shape, randomWeights(shape, seed));
  }
  if (task.model) return modelState(task.model, config);
  const native = nativeCheckpoint(task, checkpoint);
  const file = `${checkpointFile(task, native)}.safetensors`;
  const bytes = await fetchShipped(file, checkpointCommand(task, native));
  checkShipped(file, bytes);
  checkVocabulary(task, bytes);
  const { shape, weights } = fitting(readWeightsFile(bytes), vocabularyOf(task));
  return freshState(shape, weights);
}

/** The sizes of a policy that starts from random weights: those of the lab, with the vocabulary that reads the task. */
function randomShape(task: Task, size: SizeName): PolicyShape {
  return { ...SIZES[size], vocabSize: vocabularyOf(task) };
}

function modelState({ shape, weights, name }: KnownModel, config: RunConfig): PolicyState {
  if (!weights) throw new PolicyError("input", `The weights of ${name} must be here, got what is known of them alone.`);
  mustHold(shape, config);
  return freshState(shape, weights.slice());
}

/**
 * The state to start a run from the weights of a file: a checkpoint of another run, or weights alone. Moments are zero, as
 * at the start of any run. @throws {PolicyError} when the file is neither, of another vocabulary, or too short in context for
 * the rows of `config`.
 */
export function stateFromFile(bytes: Uint8Array, config?: RunConfig): PolicyState {
  const task = config && taskById(config.task);
  const { shape, weights } = fitting(weightsInFile(bytes), task ? vocabularyOf(task) : VOCAB_SIZE);
  if (task) checkVocabulary(task, bytes);
  if (config) mustHold(shape, config);
  return freshState(shape, weights);
}

function mustHold({ context }: PolicyShape, config: RunConfig): void {
  const task = taskById(config.task);
  const row = longestRow(task.limits(config.taskParams), demoStyleOf(config) === "hinted");
  if (row <= context) return;
  throw new PolicyError(
    "input",
    `A policy for ${task.title} must have a context of at least ${row} tokens, got ${context}.`,
  );
}

/** The weights of such a file as a file of weights alone: float32, under Hugging Face's names, the shape in the metadata. */
export function weightsOnly(bytes: Uint8Array) {
  const { shape, weights } = weightsInFile(bytes);
  const { tokenizer } = readSafetensorsHeader(bytes).metadata;
  const words = { policy_shape: JSON.stringify(shape), ...(tokenizer !== undefined && { tokenizer }) };
  const file = safetensorsFromWeights(shape, weights, words);
  return { bytes: file.buffer, parameters: weights.length, hash: parameterHash(weights) };
}

/** Shape and weights of any vocabulary, of a run's checkpoint or of a file of weights alone. @throws {PolicyError} kind `input` */
export function weightsInFile(bytes: Uint8Array): Pick<PolicyState, "shape" | "weights"> {
  // Weights alone do not say what kind of file they are.
  const alone = readSafetensorsHeader(bytes).metadata.kind === undefined;
  return alone ? readWeightsFile(bytes) : readCheckpointPolicy(bytes);
}

/** The task whose texts the weights of such a file were trained on; undefined where it names none. */
export function taskInFile(bytes: Uint8Array): string | undefined {
  const { kind, task, config = "{}" } = readSafetensorsHeader(bytes).metadata;
  if (kind === undefined) return task;
  const named = fieldsOf(parseStrictJson(config)).task;
  return typeof named === "string" ? named : undefined;
}

function fitting<W extends Pick<PolicyState, "shape">>(file: W, vocabSize: number): W {
  if (file.shape.vocabSize === vocabSize) return file;
  throw new PolicyError(
    "input",
    `A checkpoint must have a vocabulary of ${vocabSize} tokens, got ${file.shape.vocabSize}.`,
  );
}
