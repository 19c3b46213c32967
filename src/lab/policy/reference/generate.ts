import { uniform } from "../../rng.ts";
import { EOS, PAD } from "../../tokenizer/characters.ts";
import { drawHinted, drawToken } from "../draw.ts";
import type { Prompts, Rollouts, SampleOptions } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import { llama } from "./llama.ts";
import { type Parameters, parametersOf } from "./parameters.ts";

/** Completions, row by row and without a cache: every token runs the whole sequence again. */
export function generate64(
  shape: PolicyShape,
  weights: ArrayLike<number>,
  prompts: Prompts,
  options: SampleOptions,
): Rollouts {
  const parameters = parametersOf(shape, weights);
  const { rows } = prompts;
  const { maxNewTokens: length, hinted, temperature, key, end = EOS } = options;
  const ids = new Int32Array(rows * length).fill(PAD);
  const logp = new Float32Array(rows * length);
  const entropy = new Float32Array(rows * length);
  const lambda = new Float32Array(rows * length);
  const lengths = new Int32Array(rows);
  const ended = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const written: number[] = [];
    while (written.length < length && !ended[row]) {
      const n = written.length;
      const at = row * length + n;
      const u = temperature === 0 ? 0 : uniform(key, row, n);
      const q = nextLogits(shape, parameters, prompts, row, written);
      if (hinted) {
        const p = nextLogits(shape, parameters, hinted.prompts, row, written);
        const switched = written.includes(hinted.switchToken);
        const drawn = drawHinted(p, q, options, { ...hinted, first: n === 0, switched }, u);
        note(drawn, at);
        lambda[at] = drawn.lambda;
      } else note(drawToken(q, options, u), at);
      written.push(ids[at]!);
      lengths[row] = n + 1;
      if (ids[at] === end) ended[row] = 1;
    }
  }
  return { rows, length, ids, logp, entropy, lengths, ended, ...(hinted ? { lambda } : {}) };

  function note(drawn: { readonly id: number; readonly logp: number; readonly entropy: number }, at: number): void {
    ids[at] = drawn.id;
    logp[at] = drawn.logp;
    entropy[at] = drawn.entropy;
  }
}

/** Logits [V] after a row's prompt and what was written since. */
function nextLogits(
  shape: PolicyShape,
  parameters: Parameters,
  { ids, length, starts }: Prompts,
  row: number,
  written: readonly number[],
): Float64Array {
  const sequence = [...ids.subarray(row * length + starts[row]!, (row + 1) * length), ...written];
  return llama(shape, parameters, sequence).y.subarray(-shape.vocabSize);
}
