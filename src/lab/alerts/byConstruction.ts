import type { RunConfig } from "../experiment/config.ts";
import { objectiveById } from "../objectives/index.ts";

/**
 * What a reader could take for a failure and is arithmetic. With the reference refreshed before every update (s = 1,
 * synchronised), policy and reference are the same when pairs are scored: every log-ratio is 0, so the margin is 0 and
 * −log σ(0) = ln 2, while the gradient is not 0.
 */
export function byConstruction(config: RunConfig): string | undefined {
  const { feeds, needs } = objectiveById(config.algorithm);
  if (!feeds.includes("onlinePairs") || !needs?.(config.params).includes("reference")) return undefined;
  const { syncEvery, referenceMode, referenceMix } = config.pairs;
  const same = syncEvery === 1 && (referenceMode === "synced" || (referenceMode === "mixed" && referenceMix === 1));
  if (!same) return undefined;
  const { lossType, nllCoef } = config.params as { lossType?: string; nllCoef?: number };
  const loss =
    lossType === undefined || lossType === "sigmoid"
      ? `the loss ln 2 ≈ 0.693${nllCoef ? " plus the NLL term" : ""}`
      : "the loss its value at margin 0";
  return `With s = 1 and the reference synchronised at every step, policy and reference are the same when pairs are scored: the margin is 0 and ${loss} by construction, all along. The policy learns all the same, since the gradient at 0 is not 0: read accuracy and reward instead.`;
}
