import type { PolicyState, TokenScores } from "../policy/policy.ts";
import { RunError } from "../runError.ts";

/** On a GPU a NaN does not have to stay one (exp(NaN) was seen to give Infinity), so bounds are checked as well. */
const BOUNDS: Readonly<Record<string, { readonly largest: number; readonly label: string }>> = {
  loss: { largest: 1e6, label: "loss" },
  gradNorm: { largest: 1e8, label: "gradient norm" },
  paramNorm: { largest: 1e6, label: "norm of the weights" },
};

/** A transformer's weights are never all zero: that is a device that answers with zeros. */
const POSITIVE = new Set(["paramNorm"]);

const ADVICE = "A smaller learning rate, a longer warm-up or a lower gradient clip usually helps.";

/** @throws {RunError} when a scalar of an update is not finite or absurdly large. */
export function checkUpdate(step: number, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    const { largest, label } = BOUNDS[name]!;
    if (Number.isFinite(value) && Math.abs(value) <= largest && !(POSITIVE.has(name) && value <= 0)) continue;
    const above = POSITIVE.has(name) ? "above 0" : "finite";
    throw new RunError(
      step,
      `Step ${step}: the ${label} must be ${above} and at most ${largest}, got ${value}. ${ADVICE}`,
    );
  }
}

/** @throws {RunError} when what the policy says of tokens is nothing that a policy over `vocabSize` symbols can say. */
export function checkScores(step: number, part: string, scores: TokenScores, vocabSize: number): void {
  const largest = Math.log(vocabSize);
  const logp = firstOutside(scores.logp, -Number.MAX_VALUE, 1e-3);
  const entropy = firstOutside(scores.entropy, -1e-3, largest + 1e-2);
  if (logp === undefined && entropy === undefined) return;
  const must =
    logp !== undefined
      ? `log-probabilities (${part}) must be finite and at most 0, got ${logp}`
      : `entropies (${part}) must lie between 0 and ${largest.toFixed(2)}, got ${entropy}`;
  throw new RunError(step, `Step ${step}: ${must}. ${ADVICE}`);
}

/** The first value that is not between two bounds, or NaN. In a loop by index, which takes a tenth of an iterator's time. */
function firstOutside(values: Float32Array, least: number, most: number): number | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= least && value <= most)) return value;
  }
  return undefined;
}

/** @throws {RunError} when weights or moments are no state that a run could go on from: such a checkpoint must never replace a good one. */
export function checkWeights(step: number, { weights, firstMoment, secondMoment }: PolicyState): void {
  for (const [label, values] of Object.entries({
    weights,
    "first moments": firstMoment,
    "second moments": secondMoment,
  })) {
    const at = firstNotFinite(values);
    if (at < 0) continue;
    throw new RunError(
      step,
      `Step ${step}: the ${label} must be finite to be kept, got ${values[at]} at ${at}. ${ADVICE}`,
    );
  }
  if (weights.every((value) => value === 0))
    throw new RunError(
      step,
      `Step ${step}: the weights must not all be 0, got ${weights.length} zeros from the device.`,
    );
}

/** -1 where all are finite. */
function firstNotFinite(values: Float32Array): number {
  // An exponent of ones alone is an infinity's or a NaN's: a call a number took half the time of a whole checkpoint.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const { length } = bits;
  let i = 0;
  // By fours, which takes half of the time.
  while (
    i + 3 < length &&
    !(isNoNumber(bits[i]!) || isNoNumber(bits[i + 1]!) || isNoNumber(bits[i + 2]!) || isNoNumber(bits[i + 3]!))
  )
    i += 4;
  while (i < length && !isNoNumber(bits[i]!)) i++;
  return i < length ? i : -1;
}

const isNoNumber = (word: number) => (word & 0x7f800000) === 0x7f800000;
