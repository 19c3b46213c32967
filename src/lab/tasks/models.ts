import type { ScoreHead } from "../policy/huggingFaceScore.ts";
import { checkShape, type PolicyShape, parameterCount } from "../policy/shape.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** What is known of somebody's model without its weights. */
export interface ModelFacts {
  /** First 16 hexadecimal digits of the SHA-256 of its files. */
  readonly hash: string;
  /** The folder's name. */
  readonly name: string;
  readonly shape: PolicyShape;
  /** BPE, WordPiece, … */
  readonly tokenizer: string;
  /** It gives texts a score and writes none. */
  readonly scores?: true;
  /** What was read in another way than the files might be meant, one sentence each. */
  readonly notes: readonly string[];
}

/** A model that can be trained, or that scores. */
export interface Model extends ModelFacts {
  /** Of one that scores. */
  readonly score?: ScoreHead;
  readonly weights: Float32Array; // [P]
  readonly reads: Tokenizer;
  /** The files that say how it reads, for an export. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** A model as a page knows it, which leaves weights and tokenizer to its worker. */
export type KnownModel = ModelFacts & Partial<Model>;

/** Whether facts that were stored are those of a model still. */
export function isWhole({ hash, name, shape, tokenizer, notes }: ModelFacts): boolean {
  try {
    checkShape(shape);
  } catch {
    return false;
  }
  return (
    /^[0-9a-f]{16}$/.test(hash) && [name, tokenizer].every((text) => typeof text === "string") && Array.isArray(notes)
  );
}

/** The model with its weights and tokenizer; undefined where they are not here. */
export function loaded(model: KnownModel): Model | undefined {
  const { weights, reads, files } = model;
  return weights && reads && files ? { ...model, weights, reads, files } : undefined;
}

const known = new Map<string, KnownModel>();

/** Makes a model known, in this page, worker or program alone. */
export function knowModel(model: KnownModel): void {
  known.set(model.hash, model);
}

/** Makes a model unknown again: tasks that it reads say that it is missing. */
export function forgetModel(hash: string): void {
  known.delete(hash);
}

export function modelByHash(hash: string): KnownModel | undefined {
  return known.get(hash);
}

/** The parts of the id of a task that a model reads: the task itself, and the model's hash. */
export function modelInTaskId(id: string): { readonly base: string; readonly hash: string } | undefined {
  const [, base, hash] = /^([^.]+)\.([0-9a-f]{16})$/.exec(id) ?? [];
  return base === undefined || hash === undefined ? undefined : { base, hash };
}

/** The id of a task as this model reads it; without a model, as the lab's own policies do. */
export function readBy(task: string, model: string | undefined): string {
  const base = modelInTaskId(task)?.base ?? task;
  return model === undefined ? base : `${base}.${model}`;
}

/** Of a model's weights in float32. */
export const weightBytes = ({ shape }: ModelFacts): number => 4 * parameterCount(shape);

/** What a model is, in one sentence. */
export function modelSummary({ shape, tokenizer, scores }: ModelFacts): string {
  const { layers, width, heads, kvHeads, vocabSize, context } = shape;
  const attention = heads === kvHeads ? `${heads} heads` : `${heads} heads with ${kvHeads} of keys and values`;
  const size = parameterCount(shape).toLocaleString("en");
  return `${size} parameters: ${layers} layers of width ${width}, ${attention}; ${vocabSize.toLocaleString("en")} tokens (${tokenizer}), context ${context}${scores ? "; it scores texts and writes none" : ""}.`;
}
