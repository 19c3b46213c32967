import { stepOf } from "../../../app/runStore.ts";
import {
  type FlatConfig,
  flatten,
  phaseAt,
  phaseSchemaOf,
  phasesOf,
  type RunConfig,
} from "../../../lab/experiment/config.ts";
import { PHASE, splitPhaseKey } from "../../../lab/experiment/phaseKeys.ts";
import { objectiveById, usuallyAfter } from "../../../lab/objectives/index.ts";
import type { Field, FieldValue } from "../../../lab/schema.ts";
import { useRuns } from "../../shared/labContext.ts";

/** The phase of the run's next update, counted from 1. */
export function usePhaseAhead(): number {
  return useRuns(({ run }) => (run ? phaseAt(run.config, stepOf(run.state) + 1).number : 1));
}

/** The field of a later phase's setting by its full key; undefined for other keys. */
export function phaseField(config: RunConfig, full: string): Field | undefined {
  const named = splitPhaseKey(full);
  const phase = named && phasesOf(config)[named.number - 1];
  return phase && phaseSchemaOf(phase.config)[named.key];
}

/** The settings of a later phase if it changed none but its algorithm: those of the phase before, or the algorithm's defaults. */
export function inheritedBy(config: RunConfig, number: number): FlatConfig {
  const phases = config.phases?.slice(0, number - 1) ?? [];
  const last = phases.at(-1);
  const bare = last && Object.hasOwn(last, "algorithm") ? { algorithm: last.algorithm! } : {};
  const alone = phasesOf({ ...config, phases: [...phases.slice(0, -1), bare] }).at(-1)!;
  return { ...flatten(alone.config), optimizer: PHASE.optimizer.initial };
}

/** The value that a later phase's setting has where the phase does not change it, by its full key. */
export function inheritedValue(config: RunConfig, full: string): FieldValue {
  const named = splitPhaseKey(full);
  return (named && inheritedBy(config, named.number)[named.key]) ?? "";
}

/** What a new phase does after this one: reward after imitation, preferences after reward. */
export function nextAlgorithm(config: RunConfig): string {
  return usuallyAfter(objectiveById(phasesOf(config).at(-1)!.config.algorithm).family);
}
