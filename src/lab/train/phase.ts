import type { Phase, RunConfig } from "../experiment/config.ts";
import { objectiveById } from "../objectives/index.ts";
import { freshState, type Policy, type WeightsName } from "../policy/policy.ts";

/** The weights that a phase began with: what its own data are written by, and its fixed reference. */
export function originOf({ number }: Phase): WeightsName {
  return number === 1 ? "start" : "phase";
}

/** Whether an objective that compares with a reference has it follow the generator: only then it is not the phase's first weights. */
export function referenceMoves({ algorithm, pairs }: RunConfig): boolean {
  const { feeds, needs } = objectiveById(algorithm);
  return needs !== undefined && feeds.includes("onlinePairs") && pairs.referenceMode !== "fixed";
}

/** Whether the answers of preference pairs are written by a copy of the policy. */
export function generatorLags({ algorithm, pairs }: RunConfig): boolean {
  return objectiveById(algorithm).feeds.includes("onlinePairs") && pairs.syncEvery !== 1;
}

/**
 * Prepares a policy for the first update of a later phase: the present weights become the phase's origin, and its reference
 * and generator where it has those; moments and Adam's count of updates are zero unless the optimizer is kept. Other snapshots
 * but the run's start are dropped. Done again before that update it changes nothing.
 */
export async function beginPhase(policy: Policy, phase: Phase): Promise<void> {
  const state = await policy.export();
  const { start } = state.snapshots;
  const copies: Exclude<WeightsName, "current">[] = ["phase"];
  if (referenceMoves(phase.config)) copies.push("reference");
  if (generatorLags(phase.config)) copies.push("behaviour");
  const taken = Object.fromEntries(copies.map((name) => [name, state.weights.slice()]));
  const learner = phase.optimizer === "kept" ? state : freshState(state.shape, state.weights);
  await policy.import({ ...learner, snapshots: { ...(start && { start }), ...taken } });
}
