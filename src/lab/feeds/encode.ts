import type { Prompts, Rollouts, Sequences } from "../policy/policy.ts";
import type { Limits, Problem } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** A prompt with its completion, as text. */
export interface Example {
  readonly problem: Problem;
  readonly completion: string;
  /** False where the completion was cut off before its `<eos>`, which is then not scored either. True unless given. */
  readonly ended?: boolean | undefined;
  /** Its ids as they were written, the end left out, where encoding the text anew may give others. */
  readonly written?: readonly number[] | undefined;
}

/** Tokens of the longest row that {@link packExamples} can meet, `<bos>` and `<eos>` included; with a hint in the prompt or without. */
export function longestRow({ prompt, completion, answer, parts }: Limits, hinted = false): number {
  if (parts) return Math.max(...parts.map((part) => longestRow(part, hinted)));
  return prompt + completion + 2 + (hinted ? answer + 2 : 0);
}

/**
 * `<bos>` prompt completion `<eos>`, padded on the right to `length` tokens (the longest row unless given). Completion and
 * `<eos>` are scored: mask index t stands for token t + 1.
 * @throws {RangeError} when a row is longer than `length`, or is a text that the tokenizer cannot read.
 */
export function packExamples(tokenizer: Tokenizer, examples: readonly Example[], length?: number): Sequences {
  const rows = examples.map(({ problem, completion, ended = true, written }) => {
    const prompt = tokenizer.prompt(problem.prompt);
    const answer = written ?? tokenizer.completion(completion, problem.prompt);
    return { scoredFrom: prompt.length, ids: [...prompt, ...answer, ...(ended ? [tokenizer.end] : [])] };
  });
  const sequences = emptySequences(rows.length, length ?? Math.max(2, ...rows.map(({ ids }) => ids.length)));
  const T = sequences.length - 1;
  rows.forEach(({ ids, scoredFrom }, row) => {
    mustFit(ids.length, sequences.length, examples[row]!.problem.prompt);
    sequences.ids.set(ids, row * sequences.length);
    sequences.mask.fill(1, row * T + scoredFrom - 1, row * T + ids.length - 1);
  });
  return sequences;
}

/**
 * `<bos>` prompt, padded on the left to `length` tokens (the longest unless given).
 * @throws {RangeError} when a prompt is longer than `length`, or is a text that the tokenizer cannot read.
 */
export function packPrompts(tokenizer: Tokenizer, prompts: readonly string[], length?: number): Prompts {
  // The rows of a group have one prompt.
  const known = new Map([...new Set(prompts)].map((prompt) => [prompt, tokenizer.prompt(prompt)]));
  const rows = prompts.map((prompt) => known.get(prompt)!);
  const P = length ?? Math.max(1, ...rows.map((ids) => ids.length));
  const packed = {
    rows: rows.length,
    length: P,
    ids: new Int32Array(rows.length * P),
    starts: new Int32Array(rows.length),
  };
  rows.forEach((ids, row) => {
    mustFit(ids.length, P, prompts[row]!);
    packed.starts[row] = P - ids.length;
    packed.ids.set(ids, row * P + P - ids.length);
  });
  return packed;
}

/** Rollouts as sequences to score, with what their own sampling said about each token, where the mask is 1. */
interface PackedRollouts {
  readonly sequences: Sequences;
  readonly logp: Float32Array; // [B, T]
  readonly entropy: Float32Array; // [B, T]
}

/**
 * The left-padded prompts with their completions, padded on the right to `length` tokens (P + N unless given). The tokens
 * written are scored, `<eos>` included where a row reached it.
 * @throws {RangeError} when prompts and rollouts differ in rows, or a row is longer than `length`.
 */
export function packRollouts(prompts: Prompts, rollouts: Rollouts, length?: number): PackedRollouts {
  const { rows: B, length: P } = prompts;
  const N = rollouts.length;
  if (rollouts.rows !== B) throw new RangeError(`rollouts must have the prompts' ${B} rows, got ${rollouts.rows}`);
  const sequences = emptySequences(B, length ?? P + N);
  sequences.starts.set(prompts.starts);
  const T = sequences.length - 1;
  const logp = new Float32Array(B * T);
  const entropy = new Float32Array(B * T);
  for (let row = 0; row < B; row++) {
    const written = rollouts.lengths[row]!;
    if (P + written > sequences.length) mustFit(P + written, sequences.length, `row ${row}`);
    const at = row * T + P - 1; // where the first new token is predicted
    copy(prompts.ids, row * P, P, sequences.ids, row * sequences.length);
    copy(rollouts.ids, row * N, written, sequences.ids, row * sequences.length + P);
    copy(rollouts.logp, row * N, written, logp, at);
    copy(rollouts.entropy, row * N, written, entropy, at);
    sequences.mask.fill(1, at, at + written);
  }
  return { sequences, logp, entropy };
}

/** So few numbers that a view of them costs more than they do. */
function copy<A extends Int32Array | Float32Array>(from: A, first: number, count: number, to: A, at: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[first + i]!;
}

/** Like {@link packRollouts}, no longer than the longest completion needs: short answers train faster. */
export function packWritten(prompts: Prompts, rollouts: Rollouts): PackedRollouts {
  return packRollouts(prompts, rollouts, Math.max(2, prompts.length + Math.max(0, ...rollouts.lengths)));
}

/** The text of each completion, without `<eos>`. */
export function completionsOf(tokenizer: Tokenizer, { rows, length, ids, lengths }: Rollouts): string[] {
  return Array.from({ length: rows }, (_, row) =>
    tokenizer.text(ids.subarray(row * length, row * length + lengths[row]!)),
  );
}

/** The ids of one completion, without its end: an example's `written`. Undefined where the text says the same. */
export function writtenIds(tokenizer: Tokenizer, rollouts: Rollouts, row: number): readonly number[] | undefined {
  if (tokenizer.oneToOne) return undefined;
  const { length, ids, lengths, ended } = rollouts;
  return Array.from(ids.subarray(row * length, row * length + lengths[row]! - (ended[row] ? 1 : 0)));
}

/** All `<pad>`, which is id 0, and nothing scored. */
function emptySequences(rows: number, length: number): Sequences {
  if (length < 2) throw new RangeError(`sequences must have at least 2 tokens, got ${length}`);
  const ids = new Int32Array(rows * length);
  return { rows, length, ids, starts: new Int32Array(rows), mask: new Float32Array(rows * (length - 1)) };
}

function mustFit(tokens: number, length: number, what: string): void {
  if (tokens > length)
    throw new RangeError(`a row must fit into ${length} tokens, got ${tokens} for ${JSON.stringify(what)}`);
}
