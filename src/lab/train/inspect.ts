import type { Candidate } from "../feeds/tokenRow.ts";
import type { Policy } from "../policy/policy.ts";
import { quote } from "../schema.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** A row that the page shows, by what it says: the batch that it came from is gone by the time anybody asks. */
export interface InspectedRow {
  readonly feed: string;
  readonly prompt: string;
  /** The scored tokens' texts; `<eos>` included where the row ended. */
  readonly tokens: readonly string[]; // [t]
}

/** Candidates kept for each token. */
const CANDIDATES = 8;

/**
 * The likeliest tokens at every scored position of one row under the present weights, best first. Changes nothing.
 * @throws {RangeError} for a text that the tokenizer cannot read; {PolicyError} where the row does not fit the context.
 */
export async function candidatesOf(
  policy: Policy,
  tokenizer: Tokenizer,
  { prompt, tokens }: InspectedRow,
  temperature: number,
): Promise<readonly (readonly Candidate[])[]> {
  const before = tokenizer.prompt(prompt);
  const written = tokens.map((token) => idOf(tokenizer, token));
  const ids = Int32Array.from([...before, ...written]);
  const mask = new Float32Array(ids.length - 1).fill(1, before.length - 1);
  const V = policy.shape.vocabSize;
  const logits = await policy.logits({
    rows: 1,
    length: ids.length,
    ids,
    starts: new Int32Array(1),
    mask,
    temperature,
  });
  return written.map((_, n) => {
    const t = before.length - 1 + n; // where token n is predicted
    return likeliest(tokenizer, logits.subarray(t * V, (t + 1) * V), temperature);
  });
}

/** Softmax of one position's logits [V] at a temperature, cut to the {@link CANDIDATES} likeliest. @internal Exported for its test. */
export function likeliest(tokenizer: Tokenizer, logits: Float32Array, temperature = 1): Candidate[] {
  const top = logits.reduce((best, z) => Math.max(best, z), Number.NEGATIVE_INFINITY);
  const raised = Float64Array.from(logits, (z) => Math.exp((z - top) / temperature));
  const total = raised.reduce((sum, e) => sum + e, 0);
  return Array.from(raised, (e, id) => ({ id, p: e / total }))
    .sort((a, b) => b.p - a.p || a.id - b.id)
    .slice(0, CANDIDATES)
    .map(({ id, p }) => ({ token: tokenizer.label(id), p }));
}

function idOf(tokenizer: Tokenizer, label: string): number {
  const id = tokenizer.idOf(label);
  if (id !== undefined) return id;
  throw new RangeError(`a token must be one of the vocabulary, got ${quote(label)}`);
}
