import type { TokenScores } from "../policy/policy.ts";
import { RunError } from "../runError.ts";

/** On a GPU a NaN does not have to stay one (exp(NaN) was seen to give Infinity), so bounds are checked as well. */
const BOUNDS: Readonly<Record<string, { readonly largest: number; readonly label: string }>> = {
  loss: { largest: 1e6, label: "loss" },
  gradNorm: { largest: 1e8, label: "gradient norm" },
  paramNorm: { largest: 1e6, label: "norm of the weights" },
};

const ADVICE = "A smaller learning rate, a longer warm-up or a lower gradient clip usually helps.";

/** @throws {RunError} when a scalar of an update is not finite or absurdly large. */
export function checkUpdate(step: number, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    const { largest, label } = BOUNDS[name]!;
    if (Number.isFinite(value) && Math.abs(value) <= largest) continue;
    throw new RunError(
      step,
      `Step ${step}: the ${label} must be finite and at most ${largest}, got ${value}. ${ADVICE}`,
    );
  }
}

/** @throws {RunError} when the policy's log-probabilities are not. */
export function checkFinite(step: number, part: string, scores: TokenScores): void {
  for (const value of scores.logp) {
    if (Number.isFinite(value) && value <= 1e-3) continue;
    throw new RunError(
      step,
      `Step ${step}: log-probabilities (${part}) must be finite and at most 0, got ${value}. ${ADVICE}`,
    );
  }
}
