import { PolicyError } from "../policy/policy.ts";
import type { SequenceScorer } from "../policy/simd/scoreSequences.ts";
import { loaded, type Model, modelByHash } from "../tasks/models.ts";
import { type Answered, LaterValues } from "./laterValues.ts";
import { RewardError } from "./rewardError.ts";

/** Why a reward checkpoint is not here, in a sentence. */
export const absentCheckpoint = (hash: string): string =>
  hash === ""
    ? "A reward checkpoint must be chosen: open the folder of a model with a scalar head, and use it as a reward."
    : `The reward checkpoint ${hash} is not here: open the folder that it came from.`;

/**
 * Scores by a model of one's own with a scalar head, as {@link SequenceScorer} computes them: its tokenizer reads prompt and completion
 * as one text, with what it puts in front, and its end where the answer ended.
 * @throws {RewardError} where there is no such model here
 */
export function rewardCheckpoint(hash: string): LaterValues {
  const known = modelByHash(hash);
  const model = known && loaded(known);
  if (!model) throw new RewardError(absentCheckpoint(hash));
  return new LaterValues(async (answers) => {
    const sequences = answers.map((answer) => sequenceOf(model, answer));
    const values = (await scorerOf(model))(sequences);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong < 0) return values;
    throw new RewardError(`A score of ${model.name} must be finite, got ${values[wrong]}${at(answers[wrong]!)}.`);
  });
}

const at = ({ problem, completion }: Answered) => ` at ${JSON.stringify(problem.prompt + completion).slice(0, 200)}`;

/** The ids that a reward checkpoint reads of an answer. @throws {RewardError} for a text that it cannot read */
function sequenceOf({ name, reads, shape }: Model, answer: Answered): readonly number[] {
  const ids = idsOf({ name, reads }, answer);
  if (ids.length <= shape.context) return ids;
  throw new RewardError(
    `An answer must have at most ${shape.context} tokens for ${name} to score, prompt included, got ${ids.length}${at(answer)}.`,
  );
}

function idsOf({ name, reads }: Pick<Model, "name" | "reads">, answer: Answered): readonly number[] {
  try {
    const ids = reads.prompt(answer.problem.prompt + answer.completion);
    return answer.ended ? [...ids, reads.end] : ids;
  } catch (error) {
    if (error instanceof RangeError) throw new RewardError(`${name} must read every answer: ${error.message}.`);
    throw error;
  }
}

/** One scorer a model. What computes is loaded with the first of them. */
const scorers = new WeakMap<Model["weights"], Promise<SequenceScorer>>();

function scorerOf({ name, shape, weights, score }: Model): Promise<SequenceScorer> {
  if (!score)
    throw new RewardError(`A reward checkpoint must have a scalar head (score.weight), got ${name}, which writes.`);
  const opened =
    scorers.get(weights) ??
    import("../policy/simd/scoreSequences.ts")
      .then(({ openScorer }) => openScorer(shape, weights, score))
      .catch((error: unknown) => {
        scorers.delete(weights);
        if (error instanceof PolicyError) throw new RewardError(`${name} cannot score here: ${error.message}`);
        throw error;
      });
  scorers.set(weights, opened);
  return opened;
}
