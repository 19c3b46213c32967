import { configOfJson, flatten, type RunConfig } from "../experiment/config.ts";
import { parseStrictJson } from "../policy/jsonText.ts";
import { readShape } from "../policy/native.ts";
import { PolicyError, type PolicyState } from "../policy/policy.ts";
import { firstNotFinite, type NamedTensor, tensorValues, writeSafetensors } from "../policy/safetensors.ts";
import {
  readSafetensorsHeader,
  type SafetensorsHeader,
  type StoredTensor,
  shownName,
} from "../policy/safetensorsHeader.ts";
import { parameterCount } from "../policy/shape.ts";
import { quote } from "../schema.ts";
import { taskById } from "../tasks/index.ts";
import { batchTensors, batchWords, readBatches } from "./checkpointBatches.ts";
import type { RunProgress } from "./run.ts";
import { checkVocabulary, vocabularyStamp } from "./shippedVocabulary.ts";

/** All that a run needs to go on exactly: the policy's state and the run's progress. */
export interface Checkpoint {
  readonly policy: PolicyState;
  readonly progress: RunProgress;
}

const FORMAT = "policy-lab-checkpoint";
const VERSION = "1";
const SNAPSHOTS = ["start", "phase", "reference", "behaviour"] as const;

/**
 * One safetensors file: flat vectors, and the words as JSON in its metadata. The same checkpoint gives the same bytes, in the
 * buffer of an earlier one where that is given and as long.
 */
export function checkpointBytes({ policy, progress }: Checkpoint, into?: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const size = policy.weights.length;
  const flat = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  const tensors = [
    flat("weights", policy.weights),
    flat("first_moment", policy.firstMoment),
    flat("second_moment", policy.secondMoment),
    ...SNAPSHOTS.flatMap((name) => (policy.snapshots[name] ? [flat(`snapshot/${name}`, policy.snapshots[name])] : [])),
    ...batchTensors(progress.batches ?? []),
  ];
  const metadata = {
    kind: FORMAT,
    version: VERSION,
    parameters: String(size),
    policy_shape: JSON.stringify(policy.shape),
    updates: String(policy.updates),
    ...vocabularyStamp(taskById(progress.config.task)),
    config: JSON.stringify({ ...flatten(progress.config), interventions: progress.config.interventions }),
    step: String(progress.step),
    tokens: String(progress.tokens),
    batches: batchWords(progress.batches ?? []),
  };
  return writeSafetensors(tensors, metadata, into);
}

/** @throws {PolicyError} kind `input`, one sentence, when the bytes are no checkpoint; {ConfigError} when its config is not valid. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const header = checkpointHeader(bytes);
  const { metadata } = header;
  const tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const policy = takePolicy(metadata, tensors);
  const config = readConfig(metadata.config ?? "{}");
  checkVocabulary(taskById(config.task), bytes);
  const batches = readBatches(json("batches", metadata.batches ?? "[]"), tensors);
  const [foreign] = tensors.keys();
  if (foreign !== undefined) {
    throw bad(`'s tensors must be those that a run goes on from, got ${shownName(foreign)}`);
  }
  return {
    policy,
    progress: {
      config,
      step: whole(metadata, "step"),
      tokens: whole(metadata, "tokens"),
      batches: batches.length > 0 ? batches : undefined,
    },
  };
}

/** The policy of a checkpoint alone: whatever its config says, which may be of another time. @throws {PolicyError} kind `input` */
export function readCheckpointPolicy(bytes: Uint8Array): PolicyState {
  const { metadata, tensors } = checkpointHeader(bytes);
  return takePolicy(metadata, new Map(tensors.map((tensor) => [tensor.name, tensor])));
}

function checkpointHeader(bytes: Uint8Array): SafetensorsHeader {
  const header = readSafetensorsHeader(bytes);
  const { kind, version } = header.metadata;
  if (kind === FORMAT && version === VERSION) return header;
  throw bad(` must be a ${FORMAT} file of version ${VERSION}, got ${quote(kind)} version ${quote(version)}`);
}

/** Tensors that are used leave `tensors`. */
function takePolicy(metadata: SafetensorsHeader["metadata"], tensors: Map<string, StoredTensor>): PolicyState {
  const shape = readShape(metadata.policy_shape ?? "");
  const size = parameterCount(shape);
  const vector = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    tensors.delete(name);
    if (tensor?.shape.join() !== String(size)) {
      throw bad(`'s ${name} must hold ${size} numbers, got ${tensor ? `[${tensor.shape}]` : "none"}`);
    }
    const wrong = firstNotFinite(tensor);
    if (!wrong) return tensorValues(tensor);
    throw bad(`'s ${name} must hold finite numbers, got ${wrong.value} at ${wrong.index}`);
  };
  return {
    shape,
    weights: vector("weights"),
    firstMoment: vector("first_moment"),
    secondMoment: vector("second_moment"),
    updates: whole(metadata, "updates"),
    snapshots: Object.fromEntries(
      SNAPSHOTS.filter((name) => tensors.has(`snapshot/${name}`)).map((name) => [name, vector(`snapshot/${name}`)]),
    ),
  };
}

function readConfig(text: string): RunConfig {
  const value = json("config", text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw bad(`'s config must be an object of settings, got ${quote(value)}`);
  }
  return configOfJson(value as Readonly<Record<string, unknown>>);
}

function json(key: string, text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw bad(`'s ${key} must be JSON, got ${quote(text)}: ${(error as Error).message}`);
  }
}

function whole(metadata: SafetensorsHeader["metadata"], key: string): number {
  const text = metadata[key] ?? "";
  const value = Number(text);
  if (/^\d{1,15}$/.test(text)) return value;
  throw bad(`'s ${key} must be a whole number of at least 0, got ${quote(metadata[key])}`);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", `A checkpoint${message}.`);
}
