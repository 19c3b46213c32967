import type { RunConfig } from "../config.ts";
import { randomWeights } from "../policy/init.ts";
import { readWeightsFile } from "../policy/native.ts";
import { freshState, PolicyError, type PolicyState } from "../policy/policy.ts";
import { SIZES } from "../policy/shape.ts";
import { VOCAB_SIZE } from "../tokenizer.ts";

/**
 * The policy's state before the first update. `fetchNative` gets the bytes of a task's shipped checkpoint.
 * @throws {PolicyError} when the file does not fit.
 */
export async function startingState(
  config: RunConfig,
  fetchNative: (task: string) => Promise<Uint8Array>,
): Promise<PolicyState> {
  const { start, size, seed } = config.start;
  if (start === "random") return freshState(SIZES[size], randomWeights(SIZES[size], seed));
  const { shape, weights } = readWeightsFile(await fetchNative(config.task));
  if (shape.vocabSize !== VOCAB_SIZE) {
    throw new PolicyError(
      "input",
      `A checkpoint must have a vocabulary of ${VOCAB_SIZE} tokens, got ${shape.vocabSize}.`,
    );
  }
  return freshState(shape, weights);
}
