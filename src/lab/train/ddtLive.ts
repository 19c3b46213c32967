import type { Metrics, Numbers } from "../objectives/objective.ts";
import { scored } from "../objectives/terms/batch.ts";
import { centredLogLikelihood, cllSummary, ddtMetrics } from "../objectives/terms/ddt.ts";
import type { TokenScores } from "../policy/policy.ts";

type Scored = Pick<TokenScores, "logp" | "entropy">;

/**
 * CLL = log π(y) + H of several batches taken together, over their scored tokens: `<prefix>mean`, `std`,
 * `positive_ratio` (share above 0), `below_1`, `below_3`, `below_5` (shares under −1, −3, −5 nats). Nothing where no token is scored.
 */
export function cllMetrics(
  batches: readonly { readonly scores: Scored; readonly mask: Numbers }[],
  prefix: string,
): Metrics {
  const values = joined(batches.map(({ scores, mask }) => scored(centredLogLikelihood(scores), mask)));
  return ddtMetrics(cllSummary(values), prefix);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * CLL of one update's batches before it is made: `cll/demos/…` of the demonstrations, `cll/own/…` of rollouts and of
 * both sides of preference pairs. Pairs were written by the generator: where that is an older policy, or the starting one,
 * their mean sinks below 0 as the trained policy leaves it behind.
 */
export function liveCll(
  batches: readonly { readonly name: string; readonly sequences: { readonly mask: Numbers } }[],
  scores: readonly Scored[],
): Metrics {
  const read = batches.map(({ name, sequences }, index) => ({ name, scores: scores[index]!, mask: sequences.mask }));
  return {
    ...cllMetrics(
      read.filter(({ name }) => name === "demos"),
      "cll/demos/",
    ),
    ...cllMetrics(
      read.filter(({ name }) => name !== "demos"),
      "cll/own/",
    ),
  };
}
