import { MEMORY_BYTES } from "../policy/activationBytes.ts";
import { PolicyError } from "../policy/policy.ts";
import { parameterCount } from "../policy/shape.ts";
import type { SequenceScorer } from "../policy/simd/scoreSequences.ts";
import { type KnownModel, loaded, type Model, modelByHash } from "../tasks/models.ts";
import { type Answered, LaterValues, placeOf } from "./laterValues.ts";
import { RewardError } from "./rewardError.ts";
import { scoringTurn } from "./scoringTurns.ts";
import type { Told } from "./told.ts";

/** A model that gives texts a score. */
type ScoringModel = Model & Required<Pick<Model, "score">>;

/** Why a hash names no reward checkpoint, in a sentence; undefined where the model of that hash is one. */
export function checkpointIssue(hash: string, model: KnownModel | undefined): string | undefined {
  if (hash === "")
    return "A reward checkpoint must be chosen: open the folder of a model with a scalar head, and use it as a reward.";
  if (!model) return `The reward checkpoint ${hash} is not here: open the folder that it came from.`;
  if (!model.scores)
    return `A reward checkpoint must have a scalar head (score.weight), got ${model.name}, which writes.`;
  const parameters = parameterCount(model.shape);
  if (4 * parameters < MEMORY_BYTES) return undefined;
  return `A reward checkpoint must have less than 2 GiB of weights in float32, got ${model.name} with ${parameters.toLocaleString("en")} parameters.`;
}

/** The reward checkpoint of a hash, with its weights. @throws {RewardError} where there is no such model here, or it writes */
export function checkpointOf(hash: string): ScoringModel {
  const known = modelByHash(hash);
  const model = known && loaded(known);
  if (model?.score) return { ...model, score: model.score };
  throw new RewardError(checkpointIssue(hash, model));
}

/**
 * Scores by a model of one's own with a scalar head, as {@link SequenceScorer} computes them: its tokenizer reads prompt and completion
 * as one text, with what it puts in front, and its end where the answer ended.
 * @throws {RewardError} where there is no such model here, or it writes
 */
export function rewardCheckpoint(hash: string, told?: Told): LaterValues {
  const model = checkpointOf(hash);
  let scorer: SequenceScorer | undefined;
  return new LaterValues(model.name, async (answers) => {
    const sequences = answers.map((answer) => sequenceOf(model, answer));
    try {
      told?.(0, sequences.length);
      scorer ??= await scorerOf(model);
      return await scorer(sequences, (done) => {
        told?.(done, sequences.length);
        return scoringTurn();
      });
    } catch (error) {
      if (error instanceof PolicyError) throw new RewardError(`${model.name} cannot score here: ${error.message}.`);
      throw error;
    }
  });
}

/** The ids that a reward checkpoint reads of an answer. @throws {RewardError} for a text that it cannot read */
function sequenceOf({ name, reads, shape }: Model, answer: Answered): readonly number[] {
  const ids = idsOf({ name, reads }, answer);
  if (ids.length <= shape.context) return ids;
  throw new RewardError(
    `An answer must have at most ${shape.context} tokens for ${name} to score, prompt included, got ${ids.length}${placeOf(answer)}.`,
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

/** The scorers that some judge holds: one a model, whose copy of the weights goes with the last of its judges. */
const scorers = new WeakMap<ScoringModel["score"], WeakRef<SequenceScorer>>();

/** What computes is loaded with the first of them. */
async function scorerOf({ shape, weights, score }: ScoringModel): Promise<SequenceScorer> {
  const held = scorers.get(score)?.deref();
  if (held) return held;
  const { openScorer } = await import("../policy/simd/scoreSequences.ts");
  const scorer = await openScorer(shape, weights, score);
  scorers.set(score, new WeakRef(scorer));
  return scorer;
}
