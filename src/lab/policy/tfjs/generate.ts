import { dispose, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { uniform } from "../../rng.ts";
import { EOS, PAD } from "../../tokenizer/characters.ts";
import { drawHinted, drawToken } from "../draw.ts";
import type { Turn } from "../microBatches.ts";
import type { HintedStream, Prompts, Rollouts, SampleOptions } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import type { KeysAndValues } from "./attention.ts";
import { nextPlace, placeOf } from "./batch.ts";
import type { Read } from "./read.ts";
import { logitsOf } from "./tokenHead.ts";
import { hiddenAfter } from "./transformer.ts";
import type { ModelWeights } from "./weights.ts";

/** Completions with a key/value cache: the prompts at once, then one position at a time for all rows. */
export async function generate(
  shape: PolicyShape,
  weights: ModelWeights,
  read: Read,
  { first, prompts, options }: Turn,
): Promise<Rollouts> {
  const { hinted } = options;
  const student = stream(shape, weights, prompts);
  let hint: Stream | undefined;
  try {
    if (hinted) hint = stream(shape, weights, hinted.prompts);
    const rollouts = emptyRollouts(prompts.rows, options);
    const switched = new Uint8Array(prompts.rows);
    for (let n = 0; n < options.maxNewTokens; n++) {
      const q = await read(student.logits());
      const p = hint && (await read(hint.logits()));
      const next = writeTokens(rollouts, first, n, q, hinted && p ? { hinted, p, switched } : undefined, options);
      if (rollouts.ended.every((flag) => flag === 1) || n + 1 === options.maxNewTokens) break;
      student.feed(next);
      hint?.feed(next);
    }
    return rollouts;
  } finally {
    student.dispose();
    hint?.dispose();
  }
}

interface Stream {
  /** Of the next token, [B, V]. The caller owns it. */
  logits(): Tensor;
  feed(ids: Int32Array): void;
  dispose(): void;
}

function stream(shape: PolicyShape, weights: ModelWeights, prompts: Prompts): Stream {
  const { rows, length: promptLength, starts } = prompts;
  let index = promptLength;
  let past: KeysAndValues[] = [];
  let last: Tensor | undefined; // [B, C]
  advance(() => {
    const window = { rows, from: 0, length: promptLength, unasked: promptLength - 1 };
    return hiddenAfter(shape, weights, placeOf(shape, window, starts), prompts.ids, undefined);
  });
  return {
    logits: () => logitsOf(shape, weights, last!),
    feed(ids) {
      advance(() => hiddenAfter(shape, weights, nextPlace(shape, rows, index, starts), ids, past));
      index++;
    },
    dispose: () => {
      dispose(past);
      last?.dispose();
    },
  };

  function advance(step: () => { readonly h: Tensor; readonly past: KeysAndValues[] }): void {
    const next = tidy(step);
    dispose(past);
    last?.dispose();
    past = next.past;
    last = next.h;
  }
}

function emptyRollouts(rows: number, { maxNewTokens: length, hinted }: SampleOptions): Rollouts {
  return {
    rows,
    length,
    ids: new Int32Array(rows * length).fill(PAD),
    logp: new Float32Array(rows * length),
    entropy: new Float32Array(rows * length),
    lengths: new Int32Array(rows),
    ended: new Uint8Array(rows),
    ...(hinted ? { lambda: new Float32Array(rows * length) } : {}),
  };
}

interface Hint {
  readonly hinted: HintedStream;
  readonly p: Float32Array; // [B, V]
  readonly switched: Uint8Array; // [B]
}

/** Draws the token at `n` of every row that goes on, notes it, and returns what every row is fed next. */
function writeTokens(
  rollouts: Rollouts,
  first: number,
  n: number,
  q: Float32Array, // [B, V]
  hint: Hint | undefined,
  options: SampleOptions,
): Int32Array {
  const { rows, length, ids, logp, entropy, lengths, ended, lambda } = rollouts;
  const V = q.length / rows;
  const next = new Int32Array(rows).fill(PAD);
  for (let row = 0; row < rows; row++) {
    if (ended[row]) continue;
    const u = options.temperature === 0 ? 0 : uniform(options.key, first + row, n);
    const student = q.subarray(row * V, (row + 1) * V);
    const drawn = hint ? drawWithHint(student, row, hint, u) : drawToken(student, options, u);
    const at = row * length + n;
    ids[at] = next[row] = drawn.id;
    logp[at] = drawn.logp;
    entropy[at] = drawn.entropy;
    lengths[row] = n + 1;
    if (drawn.id === (options.end ?? EOS)) ended[row] = 1;
  }
  return next;

  function drawWithHint(student: Float32Array, row: number, { hinted, p, switched }: Hint, u: number) {
    const rule = { ...hinted, first: n === 0, switched: switched[row] === 1 };
    const drawn = drawHinted(p.subarray(row * V, (row + 1) * V), student, options, rule, u);
    lambda![row * length + n] = drawn.lambda;
    if (drawn.id === hinted.switchToken) switched[row] = 1;
    return drawn;
  }
}
