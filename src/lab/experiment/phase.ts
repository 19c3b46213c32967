import type { AnyValues } from "../schema.ts";
import { taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import { inherited } from "./definition.ts";
import { applicable, flatten, knownAs, pick, readFirst } from "./firstPhase.ts";
import { PHASE } from "./phaseKeys.ts";
import type { FlatConfig, RunConfig } from "./runConfig.ts";
import { schemaOf } from "./sections.ts";

/** One phase of a run. */
export interface Phase {
  /** Counted from 1. */
  readonly number: number;
  /** Its first and last step, counted from 1 over the whole run. */
  readonly first: number;
  readonly last: number;
  /** The phase as a run of its own: `optimizer.steps` are the phase's. */
  readonly config: RunConfig;
  readonly optimizer: "fresh" | "kept";
}

const resolved = new WeakMap<RunConfig, readonly Phase[]>();

/** The phases of a run in order: one for most experiments. */
export function phasesOf(config: RunConfig): readonly Phase[] {
  const known = resolved.get(config) ?? resolvedOtherwise(config);
  if (known) return known;
  const { phases: later = [], ...rest } = config;
  const first: RunConfig = later.length === 0 ? config : { ...rest, interventions: [] };
  const phases: Phase[] = [{ number: 1, first: 1, last: first.optimizer.steps, config: first, optimizer: "fresh" }];
  const before = [first];
  for (const changes of later) {
    const next = laterPhase(before, changes);
    const { number, last } = phases.at(-1)!;
    const optimizer = PHASE.optimizer.read(changes.optimizer ?? PHASE.optimizer.initial);
    phases.push({ number: number + 1, first: last + 1, last: last + next.optimizer.steps, config: next, optimizer });
    before.push(next);
  }
  resolved.set(config, phases);
  if (later.length > 0) byChanges.set(later, { config, task: taskById(config.task), phases });
  return phases;
}

interface Resolved {
  readonly config: RunConfig;
  /** A task whose rows come later is another one then. */
  readonly task: Task;
  readonly phases: readonly Phase[];
}

/** Later phases, by what they change: the last config that had them, and what became of them under it. */
const byChanges = new WeakMap<readonly FlatConfig[], Resolved>();

/** The phases of a config that differs in its changes by hand alone from one that is resolved: no phase has any. */
function resolvedOtherwise({ interventions: _, ...config }: RunConfig): readonly Phase[] | undefined {
  const like = config.phases && byChanges.get(config.phases);
  if (!like || like.task !== taskById(config.task)) return undefined;
  const { interventions: __, ...other } = like.config;
  const keys = Object.keys(config) as (keyof typeof config)[];
  const same = keys.length === Object.keys(other).length && keys.every((key) => config[key] === other[key]);
  return same ? like.phases : undefined;
}

/** The phase that makes update `step`; the first for step 0, the last for a step after the run's end. */
export function phaseAt(config: RunConfig, step: number): Phase {
  const phases = phasesOf(config);
  return phases.find(({ last }) => step <= last) ?? phases.at(-1)!;
}

/**
 * The config of a later phase. A setting that it does not name is that of the nearest phase before it that has one and means it
 * alike, see {@link inherited}, or else what the algorithm's definition says. Task, start and evaluation are those of the run.
 */
export function laterPhase(before: readonly RunConfig[], { optimizer: _, ...changes }: FlatConfig): RunConfig {
  const last = before.at(-1)!;
  const target = { task: last.task, algorithm: String(changes.algorithm ?? last.algorithm) };
  const to = knownAs(target);
  const known = before.map((one) =>
    one.algorithm === target.algorithm ? flatten(one) : inherited(flatten(one), knownAs(one), to),
  );
  const { task: __, algorithm: ___, ...base } = Object.assign({}, ...known) as FlatConfig;
  return unread(last, readFirst(applicable(changes, target), base as FlatConfig).config);
}

/** The sections that phases may have in different forms. */
const OF_A_PHASE = ["optimizer", "demonstrations", "kinds", "hints", "rewards", "rollouts", "pairs"] as const;

/** `config`, with the settings that its algorithm does not read as `before` has them: the held-out loss goes by some. */
export function unread(before: RunConfig, config: RunConfig): RunConfig {
  const known = Object.keys(schemaOf(config));
  const section = (name: (typeof OF_A_PHASE)[number]) => ({
    ...before[name],
    ...pick(config[name] as AnyValues, known),
  });
  return { ...config, ...Object.fromEntries(OF_A_PHASE.map((name) => [name, section(name)])) };
}
