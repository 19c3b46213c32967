import type { Clock } from "../objectives/objective.ts";
import { type FlatConfig, inOrder, phaseAt, phasesOf, type RunConfig, schemaOf } from "./config.ts";
import { nameOf } from "./name.ts";
import { PHASES } from "./phaseKeys.ts";

/** Where a run passes from one phase to the next: data for a chart. */
interface Border {
  /** The last step of the phase before: weights and evaluations of this step are still its own. */
  readonly step: number;
  /** Of the phase that begins, counted from 1. */
  readonly number: number;
  /** The name of the algorithm that begins, e.g. `GRPO`. */
  readonly title: string;
}

/** The borders between the phases of a run, in order; empty for a run of one phase. */
export function bordersOf(config: RunConfig): readonly Border[] {
  return phasesOf(config)
    .slice(1)
    .map(({ number, first, config: phase }) => ({ step: first - 1, number, title: nameOf(phase) }));
}

/** The updates of all phases together. */
export function totalSteps(config: RunConfig): number {
  return phasesOf(config).at(-1)!.last;
}

/** Update `step` of the run as its phase counts: schedules, synchronisations and reused batches go by it, random numbers do not. */
export function clockOf(config: RunConfig, step: number): Clock {
  const { first, config: phase } = phaseAt(config, step);
  return { step: step - first + 1, totalSteps: phase.optimizer.steps };
}

/** Whether the weights after `step` updates are evaluated: at the start, every `evalEvery` steps, and at the end of each phase. */
export function isEvaluated(config: RunConfig, step: number): boolean {
  return step % config.evaluation.evalEvery === 0 || phasesOf(config).some(({ last }) => last === step);
}

/** The steps below `last` whose weights are evaluated, in order. */
export function evaluatedBefore(config: RunConfig, last: number): readonly number[] {
  const steps = new Set<number>();
  for (let step = 0; step < last; step += config.evaluation.evalEvery) steps.add(step);
  for (const phase of phasesOf(config)) if (phase.last < last) steps.add(phase.last);
  return config.phases ? [...steps].sort((a, b) => a - b) : [...steps];
}

/** The names of a run's algorithms, see {@link nameOf}, e.g. `SFT, then GRPO`. */
export function algorithmsOf(config: RunConfig): string {
  return phasesOf(config)
    .map(({ config: phase }) => nameOf(phase))
    .join(", then ");
}

/** Whether the run may have one phase more. */
export const hasRoom = (config: RunConfig): boolean => phasesOf(config).length < PHASES.range!.max;

/** The experiment with one phase more at its end. */
export function withPhase(config: RunConfig, changes: FlatConfig): RunConfig {
  return withLiveChanges({ ...config, phases: [...(config.phases ?? []), changes] });
}

/** The experiment without one of its later phases; those after it move up. */
export function withoutPhase({ phases = [], ...config }: RunConfig, number: number): RunConfig {
  const left = phases.filter((_, index) => index + 2 !== number);
  return withLiveChanges(left.length > 0 ? { ...config, phases: left } : config);
}

/** The experiment without interventions on settings that are not live in the phase of their step. */
export function withLiveChanges(config: RunConfig): RunConfig {
  const live = ({ step, key }: { readonly step: number; readonly key: string }) =>
    schemaOf(phaseAt(config, step).config)[key]?.live === true;
  return { ...config, interventions: inOrder(config.interventions).filter(live) };
}
