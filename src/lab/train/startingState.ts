import type { RunConfig } from "../config.ts";
import { safetensorsFromWeights } from "../policy/huggingFace.ts";
import { randomWeights } from "../policy/init.ts";
import { readWeightsFile } from "../policy/native.ts";
import { freshState, PolicyError, type PolicyState } from "../policy/policy.ts";
import { readSafetensorsHeader } from "../policy/safetensorsHeader.ts";
import { SIZES } from "../policy/shape.ts";
import { VOCAB_SIZE } from "../tokenizer.ts";
import { readCheckpointPolicy } from "./checkpoint.ts";
import { checkShipped } from "./shippedCheckpoints.ts";

/**
 * The policy's state before the first update. `fetchNative` gets the bytes of a task's shipped checkpoint.
 * @throws {PolicyError} when the file does not fit, or is not the one that was shipped.
 */
export async function startingState(
  config: RunConfig,
  fetchNative: (task: string) => Promise<Uint8Array>,
): Promise<PolicyState> {
  const { start, size, seed } = config.start;
  if (start === "random") return freshState(SIZES[size], randomWeights(SIZES[size], seed));
  const bytes = await fetchNative(config.task);
  checkShipped(config.task, bytes);
  const { shape, weights } = fitting(readWeightsFile(bytes));
  return freshState(shape, weights);
}

/**
 * The state to start a run from the weights of a file: a checkpoint of another run, or weights alone. Moments are zero, as
 * at the start of any run. @throws {PolicyError} when the file is neither, or of another vocabulary.
 */
export function stateFromFile(bytes: Uint8Array): PolicyState {
  const { shape, weights } = weightsOf(bytes);
  return freshState(shape, weights);
}

/** The weights of such a file as a file of weights alone: float32, under Hugging Face's names, the shape in the metadata. */
export function weightsOnly(bytes: Uint8Array): { readonly bytes: ArrayBuffer; readonly parameters: number } {
  const { shape, weights } = weightsOf(bytes);
  const file = safetensorsFromWeights(shape, weights, { policy_shape: JSON.stringify(shape) });
  return { bytes: file.buffer, parameters: weights.length };
}

function weightsOf(bytes: Uint8Array): Pick<PolicyState, "shape" | "weights"> {
  return fitting(weightsInFile(bytes));
}

/** Shape and weights of any vocabulary, of a run's checkpoint or of a file of weights alone. @throws {PolicyError} kind `input` */
export function weightsInFile(bytes: Uint8Array): Pick<PolicyState, "shape" | "weights"> {
  // Weights alone do not say what kind of file they are.
  const alone = readSafetensorsHeader(bytes).metadata.kind === undefined;
  return alone ? readWeightsFile(bytes) : readCheckpointPolicy(bytes);
}

function fitting<W extends Pick<PolicyState, "shape">>(file: W): W {
  if (file.shape.vocabSize === VOCAB_SIZE) return file;
  throw new PolicyError(
    "input",
    `A checkpoint must have a vocabulary of ${VOCAB_SIZE} tokens, got ${file.shape.vocabSize}.`,
  );
}
