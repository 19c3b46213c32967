import type { Batch, FeedBatch } from "../feeds/batch.ts";
import type { FeedName, TokenFeed } from "../objectives/objective.ts";
import { PolicyError } from "../policy/policy.ts";
import { firstNotFinite, type NamedTensor, tensorValues } from "../policy/safetensors.ts";
import { type StoredTensor, shownName } from "../policy/safetensorsHeader.ts";
import { quote } from "../schema.ts";

/*
 * The batch in use within a checkpoint: its words as JSON in the metadata, its numbers as tensors.
 */

const PER_TOKEN = ["mask", "oldLogp", "refLogp"] as const;
const PER_ROW = ["rewards", "advantages"] as const;

/** The words of batches, as they stand in the metadata. */
export function batchWords(batches: readonly FeedBatch[]): string {
  // Checkpoints have always called the batches of a feed its parts.
  const written = batches.map(({ feed, batches: parts, ...rest }) => ({ feed, parts: parts.map(wordsOf), ...rest }));
  return JSON.stringify(written);
}

/** The numbers of batches, under names that {@link readBatches} finds. */
export function batchTensors(batches: readonly FeedBatch[]): NamedTensor[] {
  return batches.flatMap((batch) => batch.batches.flatMap(tensorsOf));
}

/**
 * The inverse of both. Tensors that are used leave `tensors`.
 * @throws {PolicyError} kind `input` naming the batch and what does not fit in it.
 */
export function readBatches(value: unknown, tensors: Map<string, StoredTensor>): FeedBatch[] {
  if (!Array.isArray(value)) throw bad("batches", "be a list", value);
  return value.map((batch: unknown) => {
    if (!isRecord(batch) || !Array.isArray(batch.parts) || typeof batch.feed !== "string") {
      throw bad("a batch", "be an object with a feed and parts", batch);
    }
    const { feed, prompts, metrics, samples, sampledTokens } = batch;
    if (!isCount(prompts) || !isCount(sampledTokens) || !Array.isArray(samples) || !isRecord(metrics)) {
      throw bad(`the batch of ${feed}`, "be an object with prompts, sampledTokens, samples and metrics", batch);
    }
    return {
      // Written by `batchWords`, from a batch of that type; whoever uses a feed asks for it by name.
      feed: feed as FeedName,
      prompts,
      sampledTokens,
      samples: samples as FeedBatch["samples"],
      metrics: metrics as FeedBatch["metrics"],
      batches: batch.parts.map((words) => batchFrom(readWords(words), tensors)),
    };
  });
}

/** A batch without its numbers. */
interface BatchWords extends Pick<Batch, "name" | "problems" | "completions"> {
  readonly rows: number;
  readonly length: number;
  readonly temperature?: number;
  readonly groupSize?: number;
}

function wordsOf({ name, problems, completions, sequences, tokens }: Batch): BatchWords {
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
function tensorsOf({ name, sequences, tokens }: Batch): NamedTensor[] {
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

function readWords(words: unknown): BatchWords {
  if (!isRecord(words) || typeof words.name !== "string") throw bad("a part", "be an object with a name", words);
  const { name, problems, completions, rows, length, temperature, groupSize } = words;
  if (!isCount(rows) || !isCount(length) || length < 2) {
    throw bad(`part ${name}`, "have rows, and a length of at least 2", { rows, length });
  }
  for (const list of [problems, completions]) {
    if (!Array.isArray(list) || list.length !== rows) {
      throw bad(`part ${name}`, `have ${rows} problems and completions`, Array.isArray(list) ? list.length : list);
    }
  }
  for (const number of [temperature, groupSize]) {
    if (number !== undefined && !(typeof number === "number" && number > 0)) {
      throw bad(`part ${name}`, "have a temperature and a groupSize above 0", number);
    }
  }
  // What is not checked here are the problems' own fields, which belong to their task.
  return words as typeof words & BatchWords;
}

function batchFrom(words: BatchWords, tensors: Map<string, StoredTensor>): Batch {
  const { name, problems, completions, rows, length, temperature, groupSize } = words;
  const values = (key: string, shape: readonly number[]): Float32Array | undefined => {
    const at = `batch/${name}/${key}`;
    const tensor = tensors.get(at);
    tensors.delete(at);
    if (!tensor) return undefined;
    if (tensor.shape.join() !== shape.join()) throw bad(at, `have the shape [${shape}]`, tensor.shape);
    const wrong = firstNotFinite(tensor);
    if (!wrong) return tensorValues(tensor);
    throw bad(at, "hold finite numbers", wrong.value);
  };
  const T = length - 1;
  const [ids, starts] = [values("ids", [rows, length]), values("starts", [rows])];
  if (!ids || !starts) throw bad(`part ${name}`, "have tensors of ids and starts", undefined);
  const numbers = Object.fromEntries(
    [
      ...PER_TOKEN.map((key) => [key, values(key, [rows, T])] as const),
      ...PER_ROW.map((key) => [key, values(key, [rows])] as const),
    ].filter(([, found]) => found !== undefined),
  );
  const mask = numbers.mask ?? new Float32Array(rows * T);
  return {
    name,
    problems,
    completions,
    sequences: {
      rows,
      length,
      ids: Int32Array.from(ids),
      starts: Int32Array.from(starts),
      mask,
      ...(temperature !== undefined && { temperature }),
    },
    tokens: { rows, length: T, mask, ...numbers, ...(groupSize !== undefined && { groupSize }) },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function bad(name: string, must: string, came: unknown): PolicyError {
  return new PolicyError("input", `In a checkpoint, ${shownName(name)} must ${must}, got ${quote(came)}.`);
}
