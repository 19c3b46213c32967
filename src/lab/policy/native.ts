import { quote } from "../schema.ts";
import { weightsFromTensors } from "./huggingFace.ts";
import { parseStrictJson } from "./jsonText.ts";
import { PolicyError } from "./policy.ts";
import { writeSafetensors } from "./safetensors.ts";
import { readSafetensorsHeader } from "./safetensorsHeader.ts";
import { checkShape, layoutOf, type PolicyShape, SIZES } from "./shape.ts";

/** A policy's weights alone, as shipped and as uploaded: Hugging Face's tensor names, the shape in the metadata. */
interface WeightsFile {
  readonly shape: PolicyShape;
  readonly weights: Float32Array;
  /** How it was made, in words and numbers; free text. */
  readonly made: Readonly<Record<string, string>>;
}

/** Stored as F16: reading back gives the rounded weights. */
export function writeWeightsFile({ shape, weights, made }: WeightsFile): Uint8Array<ArrayBuffer> {
  const tensors = layoutOf(shape).map((slot) => ({
    name: slot.name,
    shape: slot.shape,
    values: weights.subarray(slot.offset, slot.offset + slot.size),
    dtype: "F16" as const,
  }));
  return writeSafetensors(tensors, { ...made, format: "pt", policy_shape: JSON.stringify(shape) });
}

/** @throws {PolicyError} kind `input`, one sentence, when the bytes are no such file. */
export function readWeightsFile(bytes: Uint8Array): WeightsFile {
  const { tensors, metadata } = readSafetensorsHeader(bytes);
  const { policy_shape: text, ...made } = metadata;
  if (text === undefined) {
    throw new PolicyError(
      "input",
      "A weights file must carry its shape in the metadata (policy_shape), got none: a model.safetensors of Hugging Face's is read with the config.json of its folder.",
    );
  }
  const shape = readShape(text);
  return { shape, weights: weightsFromTensors(shape, tensors), made };
}

/** @throws {PolicyError} kind `input` when the text is no shape that can be built. */
export function readShape(text: string): PolicyShape {
  try {
    const shape = parseStrictJson(text);
    if (!isShape(shape)) throw new RangeError(`it must hold ${SHAPE_KEYS.join(", ")} and nothing else`);
    checkShape(shape);
    return shape;
  } catch (error) {
    throw new PolicyError(
      "input",
      `A policy shape must be JSON with valid sizes, got ${quote(text)}: ${(error as Error).message}.`,
    );
  }
}

const SHAPE_KEYS = Object.keys(SIZES.tiny).sort();

/** The keys of a shape, no more and no less; `checkShape` judges the values. */
function isShape(value: unknown): value is PolicyShape {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).sort().join() === SHAPE_KEYS.join()
  );
}
