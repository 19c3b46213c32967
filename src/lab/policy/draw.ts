import { quote } from "../schema.ts";
import { type HintedStream, PolicyError } from "./policy.ts";

/*
 * How the next token is chosen from logits: the same rule, in float64, for every policy. Pure functions.
 */

/** A drawn token and what the policy said about it. Nats, of the untruncated softmax. */
interface Drawn {
  readonly id: number;
  readonly logp: number;
  readonly entropy: number;
}

interface DrawnWithHint extends Drawn {
  /** The student's share λ: 0 the hinted stream alone, 1 the student alone. */
  readonly lambda: number;
}

interface Sampler {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
}

/**
 * The next token from one row of logits [V], for `u` in [0, 1).
 * z/temperature → softmax → {@link nucleus} → the first kept token, in ascending id, whose renormalised cumulative
 * probability exceeds `u`. Greedy: the lowest id among the largest logits; its numbers are those of temperature 1.
 */
export function drawToken(logits: ArrayLike<number>, sampler: Sampler, u: number): Drawn {
  const greedy = sampler.temperature === 0;
  const logps = logSoftmax(logits, greedy ? 1 : sampler.temperature);
  const id = greedy ? argmax(logits) : inverse(probabilities(logps), sampler.topP, u);
  return { id, logp: logps[id]!, entropy: entropyOf(logps) };
}

/**
 * The next token of Hinted Decoding (Towards-On-Policy-SFT, `hinted_generate`), from the logits [V] of the answer-aware
 * stream p and of the student q. `first`: the token follows the hinted stream alone; `switched`: the student alone.
 * s = (1−λ) ln p + λ ln q at temperature 1 decides the nucleus, then softmax(s/temperature) draws.
 * `logp` and `entropy` are the student's at the sampling temperature, like those of {@link drawToken}.
 */
export function drawHinted(
  hinted: ArrayLike<number>,
  student: ArrayLike<number>,
  sampler: Sampler,
  rule: Pick<HintedStream, "gate" | "beta"> & { readonly first: boolean; readonly switched: boolean },
  u: number,
): DrawnWithHint {
  const logP = logSoftmax(hinted, 1);
  const logQ = logSoftmax(student, 1);
  const lambda = rule.switched ? 1 : rule.first ? 0 : studentShare(rule, entropyOf(logP) / Math.log(logP.length));
  const scores = hintedScores(logP, logQ, lambda);
  const greedy = sampler.temperature === 0;
  const id = greedy ? argmax(scores) : inverse(hintedProbabilities(scores, sampler), 1, u);
  const spoken = greedy || sampler.temperature === 1 ? logQ : logSoftmax(student, sampler.temperature);
  return { id, logp: spoken[id]!, entropy: entropyOf(spoken), lambda };
}

/** s = (1−λ) ln p + λ ln q, where a stream without a say counts nothing even where it has −∞. [V] */
export function hintedScores(logP: Float64Array, logQ: Float64Array, lambda: number): Float64Array {
  if (lambda === 0 || lambda === 1) return (lambda === 0 ? logP : logQ).slice();
  return logP.map((value, id) => (1 - lambda) * value + lambda * logQ[id]!);
}

/** Nucleus on softmax(scores) at temperature 1, then softmax(scores/temperature) over the kept tokens; 0 elsewhere. */
export function hintedProbabilities(scores: ArrayLike<number>, sampler: Sampler): Float64Array {
  const kept = nucleus(probabilities(logSoftmax(scores, 1)), sampler.topP);
  const weights = probabilities(logSoftmax(scores, sampler.temperature)).map((p, id) => (kept[id] ? p : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** λ, the student's share, from the hinted stream's entropy over ln V. */
export function studentShare(rule: Pick<HintedStream, "gate" | "beta">, normalisedEntropy: number): number {
  if (rule.gate === "linear") return clamp01(rule.beta * normalisedEntropy);
  if (rule.gate === "sigmoid") return 1 / (1 + Math.exp(-rule.beta * (normalisedEntropy - 0.5)));
  if (rule.gate === "piecewise") return clamp01((normalisedEntropy - 0.3) / 0.4);
  throw new PolicyError("input", `gate must be linear, sigmoid or piecewise, got ${quote(rule.gate)}`);
}

/** log softmax(logits / temperature), in float64; a temperature so small that the largest quotient overflows is measured from it. */
export function logSoftmax(logits: ArrayLike<number>, temperature: number): Float64Array {
  const out = new Float64Array(logits.length);
  const largest = logits[argmax(logits)]!;
  const from = Number.isFinite(largest / temperature) ? 0 : largest;
  const max = (largest - from) / temperature;
  for (let id = 0; id < out.length; id++) out[id] = (logits[id]! - from) / temperature;
  let sum = 0;
  for (let id = 0; id < out.length; id++) sum += Math.exp(out[id]! - max);
  const normaliser = max + Math.log(sum);
  for (let id = 0; id < out.length; id++) out[id]! -= normaliser;
  return out;
}

/** H = −Σ p ln p of log-probabilities. */
export function entropyOf(logps: ArrayLike<number>): number {
  let entropy = 0;
  for (let id = 0; id < logps.length; id++) {
    const logp = logps[id]!;
    if (logp > -700) entropy -= Math.exp(logp) * logp;
  }
  return entropy;
}

/**
 * 1 where a token is kept: tokens by falling probability, ties by lower id, the shortest prefix whose cumulative
 * probability reaches `topP`. At `topP` 1 every token is kept.
 */
export function nucleus(probs: ArrayLike<number>, topP: number): Uint8Array {
  const kept = new Uint8Array(probs.length);
  if (topP >= 1) return kept.fill(1);
  const order = Array.from(kept, (_, id) => id).sort((a, b) => probs[b]! - probs[a]! || a - b);
  let cumulative = 0;
  for (const id of order) {
    kept[id] = 1;
    cumulative += probs[id]!;
    if (cumulative >= topP) break;
  }
  return kept;
}

/** The lowest id among the largest values. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < values.length; id++) if (values[id]! > values[best]!) best = id;
  return best;
}

function inverse(probs: Float64Array, topP: number, u: number): number {
  const kept = nucleus(probs, topP);
  let total = 0;
  for (let id = 0; id < probs.length; id++) if (kept[id]) total += probs[id]!;
  let cumulative = 0;
  let last = 0;
  for (let id = 0; id < probs.length; id++) {
    if (!kept[id] || probs[id] === 0) continue;
    cumulative += probs[id]! / total;
    if (cumulative > u) return id;
    last = id; // rounding may leave the whole sum at or below u
  }
  return last;
}

function probabilities(logps: Float64Array): Float64Array {
  return logps.map(Math.exp);
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
