import { DEFAULT_ALGORITHM, objectiveById } from "../objectives/index.ts";
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
import { DEMONSTRATIONS, EVALUATION, HINTS, OPTIMISER, PAIRS, REWARDS, ROLLOUTS, START } from "../settings.ts";
import { taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import {
  definedValue,
  definedValues,
  departures,
  inherited,
  type Known,
  staysAlike,
  unnamedValues,
} from "./definition.ts";

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
  readonly start: Values<typeof START>;
  readonly taskParams: AnyValues;
  readonly params: AnyValues;
  readonly optimiser: Values<typeof OPTIMISER>;
  readonly demonstrations: Values<typeof DEMONSTRATIONS>;
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
  sections.push(
    { name: "taskParams", title: task.title, schema: task.params },
    { name: "start", title: "Start", schema: START },
    { name: "optimiser", title: "Optimiser", schema: OPTIMISER },
    { name: "evaluation", title: "Evaluation", schema: EVALUATION },
  );
  return sections;
}

/** An algorithm that writes its own demonstrations carries the knobs of the hints among its own. */
function demoSections({ demoStyle: forced }: Objective): Section[] {
  const { demoStyle, ...others } = DEMONSTRATIONS;
  const title = "Demonstrations";
  if (forced) return [{ name: "demonstrations", title, schema: others }];
  const when = { key: "demoStyle", value: "hinted" };
  return [
    { name: "demonstrations", title, schema: { demoStyle, ...others } },
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

/**
 * Reads a flat record over `base`; never throws on bad input: every problem is an issue, and what `base` has stands in. Where
 * `raw` names another algorithm than `base`, that algorithm is what its name says: of `base` only what both mean alike is kept.
 */
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
    hints: initials(HINTS),
    rewards: initials(REWARDS),
    rollouts: initials(ROLLOUTS),
    pairs: initials(PAIRS),
    evaluation: initials(EVALUATION),
    interventions: [],
  };
  const known = new Set(["task", "algorithm"]);
  const under = basis(base, { task: task.id, algorithm: objective.id });
  for (const { name, schema } of sectionsOf(task, objective)) {
    const reading = readAll(schema, raw, under);
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
  const start = flatten(readConfig({ task: config.task, algorithm: config.algorithm }, base).config);
  return Object.fromEntries(Object.entries(flatten(config)).filter(([key, value]) => start[key] !== value));
}

/**
 * A config with some settings changed; settings that the new task or algorithm does not know are left behind. An algorithm that
 * is chosen, be it the config's own, is what its name says unless `changes` say otherwise.
 */
export function withSettings(config: RunConfig, changes: FlatConfig): RunConfig {
  const target = { task: config.task, algorithm: config.algorithm, ...pick(changes, ["task", "algorithm"]) };
  const again = changes.algorithm === config.algorithm ? redefined(config) : {};
  const next = parseConfig({ ...applicable({ ...again, ...changes }, target), ...target }, flatten(config));
  return { ...next, interventions: carried(config, next) };
}

/** The changes by hand of a config that still mean what they meant in another one. */
export function carried(from: RunConfig, to: RunConfig): readonly Intervention[] {
  if (from.task === to.task && from.algorithm === to.algorithm) return from.interventions;
  const [before, after] = [knownAs(from), knownAs(to)];
  const same = from.algorithm === to.algorithm;
  return from.interventions.filter(
    ({ key }) => after.schema[key]?.live === true && (same || staysAlike(key, before, after)),
  );
}

/** The settings in which a config departs from its algorithm's definition, as the definition has them. */
function redefined(config: RunConfig): FlatConfig {
  const known = knownAs(config);
  const departing = departures(known, known.schema, flatten(config)).filter(({ stays }) => !stays);
  return Object.fromEntries(departing.map(({ key }) => [key, definedValue(known, known.schema, key)]));
}

/** What settings that are not named fall back to under a task and algorithm, before the fields' own initial values. */
function basis(base: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const to = knownAs(target);
  const from = { task: target.task, algorithm: target.algorithm, ...pick(base, ["task", "algorithm"]) };
  const other = from.algorithm !== target.algorithm && isKnown(from);
  if (!other) return { ...unnamedValues(to), ...base };
  return { ...definedValues(to), ...inherited(base, knownAs(from), to) };
}

function knownAs(of: { readonly task: string; readonly algorithm: string }): Known {
  const { id, defines } = objectiveById(of.algorithm);
  return { id, ...(defines && { defines }), schema: schemaOf(of) };
}

function isKnown(of: { readonly task: string; readonly algorithm: string }): boolean {
  try {
    knownAs(of);
    return true;
  } catch {
    return false;
  }
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
