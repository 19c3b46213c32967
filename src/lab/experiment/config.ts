import { objectiveById } from "../objectives/index.ts";
import type { FeedName, Objective } from "../objectives/objective.ts";
import {
  type AnyValues,
  ConfigError,
  type FieldValue,
  type Issue,
  initials,
  quote,
  readAll,
  type Schema,
  unknownKey,
  type Values,
} from "../schema.ts";
import {
  AUTHORSHIP,
  checkpointChoice,
  DEMONSTRATIONS,
  demoKindChoice,
  EVALUATION,
  HINTS,
  kindWeights,
  OPTIMISER,
  PAIRS,
  REWARDS,
  ROLLOUTS,
  START,
} from "../settings.ts";
import { EVERY_CHECKPOINT, EVERY_KIND, taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";

/** A change of one live setting, taking effect before the given step (counted from 1). */
export interface Intervention {
  readonly step: number;
  readonly key: string;
  readonly value: FieldValue;
}

/** An experiment: everything that decides a run's numbers, and nothing else. */
export interface RunConfig {
  readonly task: string;
  readonly algorithm: string;
  /** `checkpoint` where the task has several. */
  readonly start: Values<typeof START> & { readonly checkpoint?: string };
  readonly taskParams: AnyValues;
  readonly params: AnyValues;
  readonly optimiser: Values<typeof OPTIMISER>;
  readonly demonstrations: Values<typeof DEMONSTRATIONS>;
  /** Of a task of several kinds: which is demonstrated, and how often each is asked. */
  readonly kinds: AnyValues;
  /** Read where `demoStyle` is `hinted`. */
  readonly hints: Values<typeof HINTS>;
  readonly rewards: Values<typeof REWARDS>;
  readonly rollouts: Values<typeof ROLLOUTS>;
  readonly pairs: Values<typeof PAIRS>;
  readonly evaluation: Values<typeof EVALUATION>;
  readonly interventions: readonly Intervention[];
}

/** The parts of a config that hold fields. */
export type SectionName = keyof Omit<RunConfig, "task" | "algorithm" | "interventions">;

export interface Section {
  readonly name: SectionName;
  readonly title: string;
  readonly schema: Schema;
  /** The section matters only while this setting has this value. */
  readonly when?: { readonly key: string; readonly value: FieldValue };
}

/** A config as one flat record, the form of links, files and `--set`. */
export type FlatConfig = Readonly<Record<string, FieldValue>>;

export const DEFAULT_TASK = "countdown";
export const DEFAULT_ALGORITHM = "grpo";

const NO_KINDS: readonly string[] = [];

const usesPairs = (feeds: readonly FeedName[]) => feeds.includes("offlinePairs") || feeds.includes("onlinePairs");

/** The sections that matter to this algorithm on this task, in the page's order; no key occurs in two of them. */
export function sectionsOf(task: Task, objective: Objective): readonly Section[] {
  const feeds = objective.feeds;
  const sections: Section[] = [{ name: "params", title: objective.title, schema: objective.params }];
  if (feeds.includes("rollouts") || usesPairs(feeds)) {
    sections.push({ name: "rollouts", title: "Rollouts", schema: ROLLOUTS });
  }
  if (task.style && (feeds.includes("rollouts") || usesPairs(feeds))) {
    sections.push({ name: "rewards", title: "Rewards", schema: REWARDS });
  }
  if (usesPairs(feeds)) sections.push({ name: "pairs", title: "Preference pairs", schema: pairSchema(feeds) });
  if (feeds.includes("demos")) sections.push(...demoSections(objective));
  const kinds = { ...(feeds.includes("demos") && demoKindChoice(task.everyKind ?? NO_KINDS)), ...asked(task, feeds) };
  if (Object.keys(kinds).length > 0) sections.push({ name: "kinds", title: "Kinds of problems", schema: kinds });
  sections.push(
    { name: "taskParams", title: task.title, schema: task.params },
    { name: "start", title: "Start", schema: { ...START, ...checkpointChoice(task.checkpoints) } },
    { name: "optimiser", title: "Optimiser", schema: OPTIMISER },
    { name: "evaluation", title: "Evaluation", schema: EVALUATION },
  );
  return sections;
}

/** The weights of the kinds, where there are prompts to answer. */
function asked(task: Task, feeds: readonly FeedName[]): Schema {
  return feeds.includes("rollouts") || usesPairs(feeds) ? kindWeights(task.everyKind ?? NO_KINDS) : {};
}

/** An algorithm that writes its own demonstrations carries the knobs of the hints among its own. */
function demoSections({ demoStyle: forced }: Objective): Section[] {
  const title = "Demonstrations";
  if (forced) {
    const fields = Object.entries(DEMONSTRATIONS).filter(([key]) => !Object.hasOwn(AUTHORSHIP, key));
    return [{ name: "demonstrations", title, schema: Object.fromEntries(fields) }];
  }
  const when = { key: "demoStyle", value: "hinted" };
  return [
    { name: "demonstrations", title, schema: DEMONSTRATIONS },
    { name: "hints", title: "Hinted Decoding", schema: HINTS, when },
  ];
}

function pairSchema(feeds: readonly FeedName[]): Schema {
  const { syncEvery, pairSource, pairCount, ...common } = PAIRS;
  return feeds.includes("onlinePairs") ? { syncEvery, ...common } : { pairSource, pairCount, ...common };
}

/** Every key that a config of this task and algorithm may carry, besides `task` and `algorithm`. */
export function schemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const sections = sectionsOf(taskById(config.task), objectiveById(config.algorithm));
  return Object.assign({}, ...sections.map((section) => section.schema)) as Schema;
}

export interface Reading {
  readonly config: RunConfig;
  /** What was wrong; for each wrong setting the base's value stands in, or its default. */
  readonly issues: readonly Issue[];
}

/** Reads a flat record over `base`; never throws on bad input: every problem is an issue, and what `base` has stands in. */
export function readConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): Reading {
  const issues: Issue[] = [];
  const task = named([raw, base], "task", DEFAULT_TASK, taskById, issues);
  const objective = named([raw, base], "algorithm", DEFAULT_ALGORITHM, objectiveById, issues);
  const config: Record<string, unknown> = {
    task: task.id,
    algorithm: objective.id,
    start: initials(START),
    optimiser: initials(OPTIMISER),
    demonstrations: initials(DEMONSTRATIONS),
    kinds: {},
    hints: initials(HINTS),
    rewards: initials(REWARDS),
    rollouts: initials(ROLLOUTS),
    pairs: initials(PAIRS),
    evaluation: initials(EVALUATION),
    interventions: [],
  };
  const known = new Set(["task", "algorithm"]);
  for (const { name, schema } of sectionsOf(task, objective)) {
    const reading = readAll(schema, raw, base);
    config[name] = { ...(config[name] as AnyValues | undefined), ...reading.values };
    issues.push(...reading.issues);
    for (const key of Object.keys(schema)) known.add(key);
  }
  for (const key of Object.keys(raw)) {
    if (known.has(key)) continue;
    issues.push(elsewhere(key) ? notUsed(key, task, objective) : unknownKey(key, [...known]));
  }
  return { config: config as unknown as RunConfig, issues };
}

/** Like {@link readConfig}, for input that must be right. @throws {ConfigError} with every issue. */
export function parseConfig(raw: Readonly<Record<string, unknown>>, base: FlatConfig = {}): RunConfig {
  const { config, issues } = readConfig(raw, base);
  if (issues.length > 0) throw new ConfigError(issues);
  return config;
}

/** The flat form: every setting that matters to this task and algorithm. */
export function flatten(config: RunConfig): FlatConfig {
  const flat: Record<string, FieldValue> = { task: config.task, algorithm: config.algorithm };
  for (const { name, schema } of sectionsOf(taskById(config.task), objectiveById(config.algorithm))) {
    const values = config[name] as AnyValues;
    for (const key of Object.keys(schema)) flat[key] = values[key]!;
  }
  return flat;
}

/** Who writes the demonstrations: the settings say, unless the algorithm does. */
export function demoStyleOf(config: RunConfig): RunConfig["demonstrations"]["demoStyle"] {
  return objectiveById(config.algorithm).demoStyle ?? config.demonstrations.demoStyle;
}

/** The hints' knobs: the algorithm's own where it has them. */
export function hintsOf(config: RunConfig): RunConfig["hints"] {
  return objectiveById(config.algorithm).demoStyle ? (config.params as RunConfig["hints"]) : config.hints;
}

/** The settings of `config` that differ from `base` (a preset's settings; {} for the defaults). */
export function differences(config: RunConfig, base: FlatConfig): FlatConfig {
  const start = flatten(
    readConfig({ task: config.task, algorithm: config.algorithm }, applicable(base, config)).config,
  );
  return Object.fromEntries(Object.entries(flatten(config)).filter(([key, value]) => start[key] !== value));
}

/**
 * A config with some settings changed; settings that the new task or algorithm does not know, or cannot have at the old value,
 * are left behind. @throws {ConfigError} for a change that cannot be.
 */
export function withSettings(config: RunConfig, changes: FlatConfig): RunConfig {
  const target = { task: config.task, algorithm: config.algorithm, ...pick(changes, ["task", "algorithm"]) };
  const reading = readConfig(applicable(changes, target), applicable(flatten(config), target));
  const issues = reading.issues.filter(({ key }) => Object.hasOwn(changes, key));
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...reading.config, interventions: config.interventions };
}

/** Changes in order of step; of two of one setting at one step, the one that was said last. */
export function inOrder(changes: readonly Intervention[]): Intervention[] {
  const last = new Map(changes.map((change) => [`${change.step} ${change.key}`, change]));
  return [...last.values()].sort((a, b) => a.step - b.step);
}

/** The latest step that a change can be made before. */
const LAST_STEP = 999_999;

/** One change as a file or a link has it. @throws {ConfigError} in one sentence. */
export function readIntervention(raw: unknown, schema: Schema): Intervention {
  const { step, key, value } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const field = typeof key === "string" && Object.hasOwn(schema, key) ? schema[key] : undefined;
  const fits = Number.isInteger(step) && (step as number) >= 1 && (step as number) <= LAST_STEP;
  if (field?.live && fits) return { step: step as number, key: key as string, value: field.read(value, key as string) };
  const message = `An intervention must name a step from 1 and a setting that may change during a run, got ${quote(raw)}.`;
  throw new ConfigError([{ key: "interventions", message }]);
}

/** The config in force at a step: the interventions up to it applied. */
export function configAt(config: RunConfig, step: number): RunConfig {
  const due = config.interventions.filter((change) => change.step <= step);
  if (due.length === 0) return config;
  return withSettings(config, Object.fromEntries(due.map((change) => [change.key, change.value])));
}

function applicable(flat: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const known = Object.keys(schemaOf(target));
  return { ...pick(flat, known), task: target.task, algorithm: target.algorithm };
}

function pick(flat: FlatConfig, keys: readonly string[]): FlatConfig {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(flat, key)).map((key) => [key, flat[key]!]));
}

function named<X extends { readonly id: string }>(
  sources: readonly Readonly<Record<string, unknown>>[],
  key: string,
  usual: string,
  find: (id: string) => X,
  issues: Issue[],
): X {
  let found: X | undefined;
  const bad: string[] = [];
  for (const id of sources.map((source) => source[key] ?? undefined)) {
    if (id === undefined || found) continue;
    try {
      found = find(String(id));
    } catch (error) {
      bad.push(error instanceof Error ? error.message : `Unknown ${key} ${quote(id)}.`);
    }
  }
  const stands = found ?? find(usual);
  issues.push(...bad.map((message) => ({ key, message, instead: stands.id })));
  return stands;
}

const SHARED: Schema = {
  ...OPTIMISER,
  ...DEMONSTRATIONS,
  ...HINTS,
  ...ROLLOUTS,
  ...REWARDS,
  ...PAIRS,
  ...EVALUATION,
  ...START,
  ...demoKindChoice(EVERY_KIND),
  ...kindWeights(EVERY_KIND),
  ...checkpointChoice(EVERY_CHECKPOINT),
};

function elsewhere(key: string): boolean {
  return Object.hasOwn(SHARED, key);
}

function notUsed(key: string, task: Task, objective: Objective): Issue {
  return {
    key,
    message: `${SHARED[key]!.label} (${key}) has no effect with ${objective.title} on ${task.title}: it was left out.`,
  };
}
