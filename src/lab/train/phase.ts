import type { Phase } from "../experiment/config.ts";
import { generatorLags, referenceMoves } from "../experiment/copies.ts";
import { freshState, type Policy, type WeightsName } from "../policy/policy.ts";

/** The weights that a phase began with: what its own data are written by, and its fixed reference. */
export function originOf({ number }: Phase): WeightsName {
  return number === 1 ? "start" : "phase";
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
