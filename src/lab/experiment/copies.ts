import { objectiveById } from "../objectives/index.ts";
import { phasesOf, type RunConfig } from "./config.ts";

/** Whether an objective that compares with a reference has it follow the generator: only then it is not the phase's first weights. */
export function referenceMoves({ algorithm, pairs }: RunConfig): boolean {
  const { feeds, needs } = objectiveById(algorithm);
  return needs !== undefined && feeds.includes("onlinePairs") && pairs.referenceMode !== "fixed";
}

/** Whether the answers of preference pairs are written by a copy of the policy. */
export function generatorLags({ algorithm, pairs }: RunConfig): boolean {
  return objectiveById(algorithm).feeds.includes("onlinePairs") && pairs.syncEvery !== 1;
}

/** Copies of its weights that a run holds at a time, at most: of its start, of a later phase's, of reference and generator. */
export function copiesOf(config: RunConfig): number {
  const phases = phasesOf(config);
  const own = phases.map((phase) => Number(referenceMoves(phase.config)) + Number(generatorLags(phase.config)));
  return 1 + (phases.length > 1 ? 1 : 0) + Math.max(...own);
}
