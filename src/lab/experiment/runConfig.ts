import { objectiveById } from "../objectives/index.ts";
import type { AnyValues, FieldValue, Values } from "../schema.ts";
import type { DEMONSTRATIONS, EVALUATION, HINTS, OPTIMIZER, PAIRS, REWARDS, ROLLOUTS, START } from "../settings.ts";

/** A change of one live setting, taking effect before the given step (counted from 1). */
export interface Intervention {
  readonly step: number;
  readonly key: string;
  readonly value: FieldValue;
}

/** An experiment: everything that decides a run's numbers, and nothing else. Its sections are those of the first phase. */
export interface RunConfig {
  readonly task: string;
  readonly algorithm: string;
  /** `checkpoint` where the task has several. */
  readonly start: Values<typeof START> & { readonly checkpoint?: string };
  readonly taskParams: AnyValues;
  readonly params: AnyValues;
  readonly optimizer: Values<typeof OPTIMIZER>;
  readonly demonstrations: Values<typeof DEMONSTRATIONS>;
  /** Of a task of several kinds: which is demonstrated, and how often each is asked. */
  readonly kinds: AnyValues;
  /** Read where `demoStyle` is `hinted`. */
  readonly hints: Values<typeof HINTS>;
  /** With the weights of the parts. */
  readonly rewards: Values<typeof REWARDS> & AnyValues;
  readonly rollouts: Values<typeof ROLLOUTS>;
  readonly pairs: Values<typeof PAIRS>;
  readonly evaluation: Values<typeof EVALUATION>;
  readonly interventions: readonly Intervention[];
  /** What each later phase changes, against the phase before it, see {@link laterPhase}; absent where there is one phase. */
  readonly phases?: readonly FlatConfig[];
}

/** The parts of a config that hold fields. */
export type SectionName = keyof Omit<RunConfig, "task" | "algorithm" | "interventions" | "phases">;

/** A config as one flat record, the form of links, files and `--set`. */
export type FlatConfig = Readonly<Record<string, FieldValue>>;

export const DEFAULT_TASK = "countdown";

/** Who writes the demonstrations: the settings say, unless the algorithm does. */
export function demoStyleOf(config: RunConfig): RunConfig["demonstrations"]["demoStyle"] {
  return objectiveById(config.algorithm).demoStyle ?? config.demonstrations.demoStyle;
}

/** The hints' knobs: the algorithm's own where it has them. */
export function hintsOf(config: RunConfig): RunConfig["hints"] {
  return objectiveById(config.algorithm).demoStyle ? (config.params as RunConfig["hints"]) : config.hints;
}
