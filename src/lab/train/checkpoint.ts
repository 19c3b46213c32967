import { flatten, parseConfig } from "../experiment/config.ts";
import type { TokenFeed } from "../objectives/objective.ts";
import { readShape } from "../policy/native.ts";
import { PolicyError, type PolicyState } from "../policy/policy.ts";
import { type NamedTensor, readSafetensors, writeSafetensors } from "../policy/safetensors.ts";
import { parameterCount } from "../policy/shape.ts";
import { quote } from "../schema.ts";
import type { FeedBatch, Part } from "./batch.ts";
import type { RunProgress } from "./run.ts";

/** All that a run needs to go on exactly: the policy's state and the run's progress. */
export interface Checkpoint {
  readonly policy: PolicyState;
  readonly progress: RunProgress;
}

const FORMAT = "policy-lab-checkpoint";
const VERSION = "1";
const SNAPSHOTS = ["start", "phase", "reference", "behaviour"] as const;

/** One safetensors file: flat vectors, and the words as JSON in its metadata. The same checkpoint gives the same bytes. */
export function checkpointBytes({ policy, progress }: Checkpoint): Uint8Array<ArrayBuffer> {
  const size = policy.weights.length;
  const flat = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  const tensors = [
    flat("weights", policy.weights),
    flat("first_moment", policy.firstMoment),
    flat("second_moment", policy.secondMoment),
    ...SNAPSHOTS.flatMap((name) => (policy.snapshots[name] ? [flat(`snapshot/${name}`, policy.snapshots[name])] : [])),
    ...(progress.batches ?? []).flatMap((batch) => batch.parts.flatMap(partTensors)),
  ];
  return writeSafetensors(tensors, {
    kind: FORMAT,
    version: VERSION,
    parameters: String(size),
    policy_shape: JSON.stringify(policy.shape),
    updates: String(policy.updates),
    config: JSON.stringify({ ...flatten(progress.config), interventions: progress.config.interventions }),
    step: String(progress.step),
    tokens: String(progress.tokens),
    batches: JSON.stringify((progress.batches ?? []).map((batch) => ({ ...batch, parts: batch.parts.map(partWords) }))),
  });
}

/** @throws {PolicyError} kind `input`, one sentence, when the bytes are no checkpoint; {ConfigError} when its config is not valid. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.kind !== FORMAT || metadata.version !== VERSION) {
    const got = `${quote(metadata.kind)} version ${quote(metadata.version)}`;
    throw new PolicyError("input", `A checkpoint must be a ${FORMAT} file of version ${VERSION}, got ${got}.`);
  }
  const shape = readShape(metadata.policy_shape ?? "");
  const size = parameterCount(shape);
  const vector = (name: string): Float32Array => {
    const values = tensors.get(name)?.values;
    if (values?.length === size) return values;
    throw new PolicyError(
      "input",
      `A checkpoint's ${name} must hold ${size} numbers, got ${values?.length ?? "none"}.`,
    );
  };
  const { interventions, ...settings } = JSON.parse(metadata.config ?? "{}");
  const batches = (JSON.parse(metadata.batches ?? "[]") as (Omit<FeedBatch, "parts"> & { parts: PartWords[] })[]).map(
    (batch) => ({ ...batch, parts: batch.parts.map((words) => partFrom(words, tensors)) }),
  );
  return {
    policy: {
      shape,
      weights: vector("weights"),
      firstMoment: vector("first_moment"),
      secondMoment: vector("second_moment"),
      updates: Number(metadata.updates),
      snapshots: Object.fromEntries(
        SNAPSHOTS.filter((name) => tensors.has(`snapshot/${name}`)).map((name) => [name, vector(`snapshot/${name}`)]),
      ),
    },
    progress: {
      config: { ...parseConfig(settings), interventions },
      step: Number(metadata.step),
      tokens: Number(metadata.tokens),
      batches: batches.length > 0 ? batches : undefined,
    },
  };
}

const PER_TOKEN = ["mask", "oldLogp", "refLogp"] as const;
const PER_ROW = ["rewards", "advantages"] as const;

/** A part without its numbers. */
interface PartWords extends Pick<Part, "name" | "problems" | "completions"> {
  readonly rows: number;
  readonly length: number;
  readonly temperature?: number;
  readonly groupSize?: number;
}

function partWords({ name, problems, completions, sequences, tokens }: Part): PartWords {
  return {
    name,
    problems,
    completions,
    rows: sequences.rows,
    length: sequences.length,
    ...(sequences.temperature !== undefined && { temperature: sequences.temperature }),
    ...(tokens.groupSize !== undefined && { groupSize: tokens.groupSize }),
  };
}

/** Token ids, masks and rewards in {0, 1, tenths of 1} survive float32; log-probabilities are float32 to begin with. */
function partTensors({ name, sequences, tokens }: Part): NamedTensor[] {
  const { rows, length } = sequences;
  const tensor = (key: string, shape: readonly number[], values: ArrayLike<number>): NamedTensor => ({
    name: `batch/${name}/${key}`,
    shape,
    values: Float32Array.from(values),
  });
  const optional = (keys: readonly (keyof TokenFeed)[], shape: readonly number[]) =>
    keys.flatMap((key) => (tokens[key] === undefined ? [] : [tensor(key, shape, tokens[key] as ArrayLike<number>)]));
  return [
    tensor("ids", [rows, length], sequences.ids),
    tensor("starts", [rows], sequences.starts),
    ...optional(PER_TOKEN, [rows, length - 1]),
    ...optional(PER_ROW, [rows]),
  ];
}

function partFrom(words: PartWords, tensors: ReturnType<typeof readSafetensors>["tensors"]): Part {
  const { name, problems, completions, rows, length, temperature, groupSize } = words;
  const values = (key: string) => tensors.get(`batch/${name}/${key}`)?.values;
  const numbers = Object.fromEntries(
    [...PER_TOKEN, ...PER_ROW].flatMap((key) => {
      const found = values(key);
      return found ? [[key, found]] : [];
    }),
  );
  const mask = values("mask") ?? new Float32Array(rows * (length - 1));
  return {
    name,
    problems,
    completions,
    sequences: {
      rows,
      length,
      ids: Int32Array.from(values("ids") ?? []),
      starts: Int32Array.from(values("starts") ?? []),
      mask,
      ...(temperature !== undefined && { temperature }),
    },
    tokens: { rows, length: length - 1, mask, ...numbers, ...(groupSize !== undefined && { groupSize }) },
  };
}
