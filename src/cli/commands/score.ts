import { checkSequences } from "../../lab/policy/checks.ts";
import type { Llama } from "../../lab/policy/huggingFace.ts";
import { readModelFolder } from "../../lab/policy/huggingFaceFolder.ts";
import type { ScoreHead } from "../../lab/policy/huggingFaceScore.ts";
import { freshState, type Policy, type Sequences, type TokenScores } from "../../lab/policy/policy.ts";
import { openScorer } from "../../lab/policy/simd/scoreSequences.ts";
import { type Command, InputError } from "../command.ts";
import { ENGINE_OPTIONS, openInNode } from "../engine.ts";
import { IN_OPTION, readInput } from "../input.ts";
import { modelFolder } from "../modelFolder.ts";
import { parsePythonJson } from "../pythonJson.ts";
import { readScoreInput, type ScoreInput } from "../scoreInput.ts";

export const score: Command = {
  name: "score",
  summary:
    "Lets a Hugging Face Llama read a batch: logits, log-probabilities, entropies and, with credits, the gradient; scores where it has a scalar head.",
  usage: "<folder with config.json and model.safetensors, or its shards>",
  positionals: [1, 1],
  options: {
    in: IN_OPTION,
    ...ENGINE_OPTIONS,
    json: { type: "flag", help: "prints one JSON object and nothing else (what it does anyway)" },
  },
  async run(args, io) {
    const model = await readModelFolder(await modelFolder(args.positionals[0]!));
    const input = readScoreInput(parsePythonJson(...(await readInput(args, io))));
    if (model.score) {
      const unread = Object.keys(ENGINE_OPTIONS).filter((name) => args.given(name));
      if (unread.length > 0)
        throw new InputError(`a model with a scalar head computes in one way: leave out --${unread.join(", --")}.`);
      io.out(JSON.stringify({ scores: await sequenceScores(model, model.score, input), ...notesOf(model) }));
      return 0;
    }
    const { policy, reason } = await openInNode(freshState(model.shape, model.weights), args, io);
    try {
      if (!args.flag("json")) for (const line of [...model.notes, reason]) io.err(line);
      io.out(JSON.stringify({ ...(await answer(policy, model, input)), ...notesOf(model) }));
    } finally {
      policy.dispose();
    }
    return 0;
  },
};

const notesOf = ({ notes }: Llama) => (notes.length > 0 ? { notes } : {});

/** What a model with a scalar head says of each row. [B] */
async function sequenceScores({ shape, weights }: Llama, head: ScoreHead, input: ScoreInput): Promise<number[]> {
  for (const name of ["credit", "mask"] as const)
    if (input[name])
      throw new InputError(`${name} must be left out for a model with a scalar head, which is not trained.`);
  checkSequences(shape, input.sequences);
  const score = await openScorer(shape, weights, head);
  const scores = await score(input.real.map((row) => [...row]));
  checkFinite("scores", Float32Array.from(scores));
  return [...scores];
}

/** Of J = Σ mask · (credit · log π + entropyCredit · H). */
async function answer(policy: Policy, model: Llama, { sequences, mask = sequences.mask, credit }: ScoreInput) {
  const { rows, length } = sequences;
  const logits = await policy.logits(sequences);
  const scores = await policy.score(sequences);
  const { logp, entropy } = withPadding(scores, sequences, logits);
  for (const [name, values] of Object.entries({ logits, logp, entropy })) checkFinite(name, values);
  const said = {
    logits: parts(logits, rows).map((row) => parts(row, length).map((at) => [...at])),
    logp: parts(logp, rows).map((row) => [...row]),
    entropy: parts(entropy, rows).map((row) => [...row]),
  };
  if (!credit) return said;
  const gradient = model.asInFile(await policy.gradient([{ ...sequences, mask }], [credit]));
  let J = 0;
  for (let i = 0; i < mask.length; i++) {
    J += mask[i]! * (credit.dLogp[i]! * logp[i]! + (credit.dEntropy?.[i] ?? 0) * entropy[i]!);
  }
  checkFinite("J", [J]);
  const grads = policy.layout.map(({ name, offset, size }) => {
    const values = gradient.subarray(offset, offset + size);
    checkFinite(`the gradient of ${name}`, values);
    return [name, [...values]];
  });
  return { ...said, J, grads: Object.fromEntries(grads) as Record<string, number[]> };
}

/** JSON has no word for infinity: null would be taken for a number that was not asked for. */
function checkFinite(name: string, values: ArrayLike<number>): void {
  const wrong = Array.prototype.find.call(values, (value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new InputError(`${name} must be finite in float32, got ${wrong}: the weights or the credits are too large.`);
  }
}

/** A policy scores no padding, other people's Llamas do: there the numbers come from the logits. */
function withPadding(scores: TokenScores, { rows, length, ids, mask }: Sequences, logits: Float32Array) {
  const [logp, entropy] = [scores.logp.slice(), scores.entropy.slice()];
  const rowLogits = parts(logits, rows * length);
  for (let b = 0; b < rows; b++) {
    for (let t = 0; t < length - 1; t++) {
      const at = b * (length - 1) + t;
      if (mask[at] !== 0) continue;
      const logProbabilities = logSoftmax(rowLogits[b * length + t]!);
      logp[at] = logProbabilities[ids[b * length + t + 1]!]!;
      entropy[at] = -logProbabilities.reduce((sum, value) => sum + Math.exp(value) * value, 0);
    }
  }
  return { logp, entropy };
}

function logSoftmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const norm = top + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - top), 0));
  return Array.from(logits, (value) => value - norm);
}

/** Cuts an array into `count` equal parts. */
function parts(flat: Float32Array, count: number): Float32Array[] {
  const size = flat.length / count;
  return Array.from({ length: count }, (_, i) => flat.subarray(i * size, (i + 1) * size));
}
