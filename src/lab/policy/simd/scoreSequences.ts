import { checkWeights } from "../checks.ts";
import type { ScoreHead } from "../huggingFaceScore.ts";
import { splitRows } from "../microBatches.ts";
import type { Sequences } from "../policy.ts";
import { checkShape, type PolicyShape } from "../shape.ts";
import { wholly } from "../workMemory.ts";
import { tokensWithin } from "./arena.ts";
import { lastStates, SCORE_TOKENS } from "./pass.ts";
import { Store } from "./store.ts";

/**
 * The score of each of these sequences of ids, none of them empty. They go through a few at a time; `between` is told how many are
 * scored and waited for after every time.
 * @throws {PolicyError} kind `limits` where there is no room for one of them
 */
export type SequenceScorer = (
  sequences: readonly (readonly number[])[],
  between?: (done: number) => Promise<void>,
) => Promise<Float64Array>;

/** Parameters times tokens of what goes through at a time: about a second on one processor core. */
const TURN = 5e9;

/**
 * What gives sequences a score, as `LlamaForSequenceClassification` does: the plain SIMD kernels' last hidden state of the last
 * token that is not padding, times the head, summed in float64. The same bits on every machine. `mostPages`: of memory; for tests.
 * @throws {PolicyError} kind `device` where there is no SIMD, `limits` where there is no room for the weights
 */
export async function openScorer(
  shape: PolicyShape,
  weights: Float32Array,
  { weights: head, padding }: ScoreHead,
  mostPages?: number,
): Promise<SequenceScorer> {
  checkShape(shape);
  checkWeights(shape, weights);
  const store = await Store.open(shape, "plain", { readsOnly: true, mostPages });
  store.loadWeights(weights);
  const most = Math.min(SCORE_TOKENS, TURN / weights.length);
  return async (sequences, between) => {
    if (sequences.length === 0) return new Float64Array();
    const batch = toLastOf(sequences, padding);
    const scores: number[] = [];
    for (const run of splitRows(batch, Math.min(most, tokensWithin(store, batch.length, store.room, false)))) {
      scores.push(...(await wholly(() => scoresIn(lastStates(store, run, store.current), head))));
      await between?.(scores.length);
    }
    return Float64Array.from(scores);
  };
}

/** Sequences up to the token whose state is read. One token more is what a batch has to foretell there; it is not read. */
function toLastOf(sequences: readonly (readonly number[])[], padding: number | undefined): Sequences {
  const lengths = sequences.map((ids) => Math.max(1, 1 + ids.findLastIndex((id) => id !== padding)));
  const [rows, length] = [sequences.length, 1 + Math.max(...lengths)];
  const batch = {
    ids: new Int32Array(rows * length),
    starts: Int32Array.from(lengths, (own) => length - 1 - own),
    mask: new Float32Array(rows * (length - 1)),
  };
  for (const [row, ids] of sequences.entries()) {
    batch.ids.set(ids.slice(0, lengths[row]), row * length + batch.starts[row]!);
    batch.mask[(row + 1) * (length - 1) - 1] = 1;
  }
  return { rows, length, ...batch };
}

function scoresIn(states: Float32Array, head: Float32Array): number[] {
  const width = head.length;
  return Array.from({ length: states.length / width }, (_, row) =>
    head.reduce((sum, weight, i) => sum + weight * states[row * width + i]!, 0),
  );
}
