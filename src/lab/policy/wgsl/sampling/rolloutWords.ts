import { EOS } from "../../../tokenizer/characters.ts";
import type { Prompts, Rollouts, SampleOptions } from "../../policy.ts";
import { GATES } from "../kernels/draw.ts";
import { OPTION_FIELDS, STATE_WORDS } from "../kernels/rollout.ts";

/*
 * What goes to the rollout kernel and comes from it, word by word.
 */

/** Per row and stream (place of the first id, length), then all ids without their padding. */
export function packPrompts(sources: readonly Prompts[]): Int32Array<ArrayBuffer> {
  const { rows } = sources[0]!;
  const head = rows * sources.length * 2;
  const total = sources.reduce(
    (sum, { length, starts }) => sum + starts.reduce((n, start) => n + length - start, 0),
    0,
  );
  const words = new Int32Array(head + total);
  let at = head;
  for (let row = 0; row < rows; row++) {
    for (const [stream, { ids, starts, length }] of sources.entries()) {
      const tokens = ids.subarray(row * length + starts[row]!, (row + 1) * length);
      words[(row * sources.length + stream) * 2] = at;
      words[(row * sources.length + stream) * 2 + 1] = tokens.length;
      words.set(tokens, at);
      at += tokens.length;
    }
  }
  return words;
}

/** What the dispatches of a rollout share beside the caller's options. */
type Walk = Readonly<Record<"rows" | "firstRow" | "capacity" | "reads" | "draws" | "mark", number>>;

/** The uniform of a dispatch, into a reused buffer. */
export function fillOptions(words: ArrayBuffer, options: SampleOptions, walk: Walk): void {
  const { key, hinted } = options;
  const values: Record<(typeof OPTION_FIELDS)[number][0], number> = {
    ...walk,
    maxNew: options.maxNewTokens,
    temperature: options.temperature,
    topP: options.topP,
    seed: key.seed,
    stream: key.stream,
    step: key.step,
    gate: hinted ? GATES.indexOf(hinted.gate) : 0,
    beta: hinted?.beta ?? 0,
    switchToken: hinted?.switchToken ?? -1,
    eos: options.end ?? EOS,
  };
  const view = new DataView(words);
  for (const [i, [name, type]] of OPTION_FIELDS.entries()) {
    if (type === "f32") view.setFloat32(i * 4, values[name], true);
    else view.setInt32(i * 4, values[name], true); // modulo 2^32: the same bits for u32
  }
}

/** From the words of `out`: per row its state, then [N] ids, logp, entropy (and λ). */
export function unpackRollouts(words: Int32Array, rows: number, N: number, streams: number): Rollouts {
  const perRow = STATE_WORDS + (streams + 2) * N;
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const ids = new Int32Array(rows * N);
  const logp = new Float32Array(rows * N);
  const entropy = new Float32Array(rows * N);
  const lambda = new Float32Array(rows * N);
  const lengths = new Int32Array(rows);
  const ended = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * perRow + STATE_WORDS;
    lengths[row] = words[at - STATE_WORDS]!;
    ended[row] = words[at - STATE_WORDS + 1]!;
    ids.set(words.subarray(at, at + N), row * N);
    logp.set(floats.subarray(at + N, at + 2 * N), row * N);
    entropy.set(floats.subarray(at + 2 * N, at + 3 * N), row * N);
    if (streams > 1) lambda.set(floats.subarray(at + 3 * N, at + 4 * N), row * N);
  }
  const rollouts = { rows, length: N, ids, logp, entropy, lengths, ended };
  return streams > 1 ? { ...rollouts, lambda } : rollouts;
}
