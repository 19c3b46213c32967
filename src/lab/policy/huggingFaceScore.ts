import { quote } from "../schema.ts";
import type { Keys } from "./huggingFaceRope.ts";
import { checkDimensions, HEAD } from "./huggingFaceTensors.ts";
import { PolicyError } from "./policy.ts";
import { copyValues, firstNotFinite } from "./safetensors.ts";
import type { StoredTensor } from "./safetensorsHeader.ts";
import type { PolicyShape } from "./shape.ts";

/** The head of a `LlamaForSequenceClassification` with one label: s = w · h, h the last hidden state of the last token that is not padding. */
export interface ScoreHead {
  readonly weights: Float32Array; // [C]
  /** The id of padding; undefined where the config names none. */
  readonly padding: number | undefined;
}

export const SCORE = "score.weight";

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * The head that gives a sequence a score, and the tensors without it; undefined for a model that writes.
 * @throws {PolicyError} kind `input` naming the key or tensor: several labels, a head that is missing, a head for tokens beside it
 */
export function scoreHeadOf(
  keys: Keys,
  { width }: Pick<PolicyShape, "width">,
  tensors: Tensors,
): { readonly head: ScoreHead; readonly tensors: Tensors } | undefined {
  const named = [keys.architectures].flat().some((one) => String(one).endsWith("ForSequenceClassification"));
  const score = tensors.get(SCORE);
  if (!named && (!score || keys.architectures != null)) return undefined;
  checkLabels(keys);
  if (!score) {
    const why = `as config.json names ${quote(keys.architectures)} in architectures`;
    throw bad(`weights: ${SCORE} must be there with shape [1,${width}], ${why}, got no such tensor`);
  }
  checkDimensions(SCORE, score, [1, width]);
  const wrong = firstNotFinite(score);
  if (wrong) throw bad(`weights: ${SCORE} must hold finite numbers, got ${wrong.value}.`);
  if (tensors.has(HEAD))
    throw bad(`weights: ${HEAD} must not stand beside ${SCORE}, as a model has one head, got both`);
  const weights = new Float32Array(width);
  copyValues(score, weights, 0);
  const others = new Map(tensors);
  others.delete(SCORE);
  return { head: { weights, padding: paddingIn(keys) }, tensors: others };
}

/** transformers writes the names of the labels and leaves their number to them. */
function checkLabels({ num_labels: count, id2label: labels }: Keys): void {
  if (count != null && count !== 1) throw bad(`config.json: num_labels must be 1, got ${quote(count)}`);
  const names = typeof labels === "object" && labels !== null ? Object.keys(labels).length : 1;
  if (names !== 1) throw bad(`config.json: id2label must name 1 label, got ${names}`);
}

function paddingIn({ pad_token_id: id }: Keys): number | undefined {
  if (id == null) return undefined;
  if (typeof id === "number" && Number.isInteger(id)) return id;
  throw bad(`config.json: pad_token_id must be a whole number or null, got ${quote(id)}`);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", message);
}
