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
import {
  definedValue,
  definedValues,
  departures,
  inherited,
  type Known,
  staysAlike,
  unnamedValues,
} from "./definition.ts";
import { flatPhases, isPhaseKey, PHASE, PHASES, phaseKey, phasesNamed } from "./phaseKeys.ts";

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
  /** What each later phase changes, against the phase before it, see {@link laterPhase}; absent where there is one phase. */
  readonly phases?: readonly FlatConfig[];
}

/** The parts of a config that hold fields. */
export type SectionName = keyof Omit<RunConfig, "task" | "algorithm" | "interventions" | "phases">;

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
  if (usesPairs(feeds)) sections.push({ name: "pairs", title: "Preference pairs", schema: pairSchema(feeds, task) });
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

function pairSchema(feeds: readonly FeedName[], { given }: Task): Schema {
  const { syncEvery, pairSource, pairCount, ...common } = PAIRS;
  // Pairs that come with the data are neither made nor chosen.
  if (feeds.includes("offlinePairs") && (given?.pairs || given?.labelled))
    return { referenceMode: PAIRS.referenceMode, referenceMix: PAIRS.referenceMix };
  return feeds.includes("onlinePairs") ? { syncEvery, ...common } : { pairSource, pairCount, ...common };
}

/** Every key that a config of this task and algorithm may carry, besides `task` and `algorithm`. */
export function schemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const [task, objective] = [taskById(config.task), objectiveById(config.algorithm)];
  const ofTask = schemas.get(task) ?? new WeakMap<Objective, Schema>();
  schemas.set(task, ofTask);
  const known = ofTask.get(objective);
  if (known) return known;
  const schema = Object.assign({}, ...sectionsOf(task, objective).map((section) => section.schema)) as Schema;
  ofTask.set(objective, schema);
  return schema;
}

/** A link is read with every key of its schema several times over, so each schema is put together once. */
const schemas = new WeakMap<Task, WeakMap<Objective, Schema>>();

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
  const first = readFirst(raw, base);
  const { phases, issues } = readPhases(raw, base, first.config);
  if (phases.length === 0) return { config: first.config, issues: [...first.issues, ...issues] };
  return { config: { ...first.config, phases }, issues: [...first.issues, ...issues] };
}

/** The first phase, and all that the phases share. */
function readFirst(raw: Readonly<Record<string, unknown>>, base: FlatConfig): Reading {
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
  const under = basis(base, { task: task.id, algorithm: objective.id });
  for (const { name, schema } of sectionsOf(task, objective)) {
    const reading = readAll(schema, raw, under);
    config[name] = { ...(config[name] as AnyValues | undefined), ...reading.values };
    issues.push(...reading.issues);
    for (const key of Object.keys(schema)) known.add(key);
  }
  for (const key of Object.keys(raw)) {
    if (known.has(key) || isPhaseKey(key)) continue;
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

/** The flat form: every setting that matters to this task and algorithm, and what later phases change. */
export function flatten(config: RunConfig): FlatConfig {
  const flat: Record<string, FieldValue> = { task: config.task, algorithm: config.algorithm };
  for (const { name, schema } of sectionsOf(taskById(config.task), objectiveById(config.algorithm))) {
    const values = config[name] as AnyValues;
    for (const key of Object.keys(schema)) flat[key] = values[key]!;
  }
  return { ...flat, ...flatPhases(config.phases) };
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
  // Phases are told as a whole: a setting that one of them does not change has no word of its own.
  const usual = Object.hasOwn(base, "phases") ? readConfig({}, base).config.phases : undefined;
  const known = JSON.stringify(config.phases) === JSON.stringify(usual);
  const own = Object.entries(flatten(config)).filter(([key, value]) => !isPhaseKey(key) && start[key] !== value);
  return Object.fromEntries([...own, ...(known ? [] : Object.entries({ phases: 1, ...flatPhases(config.phases) }))]);
}

/**
 * A config with some settings changed; settings that the new task or algorithm does not know are left behind. An algorithm that
 * is chosen, be it the config's own, is what its name says unless `changes` say otherwise. @throws {ConfigError} for a change that cannot be.
 */
export function withSettings(config: RunConfig, changes: FlatConfig): RunConfig {
  const target = { task: config.task, algorithm: config.algorithm, ...pick(changes, ["task", "algorithm"]) };
  const again = changes.algorithm === config.algorithm ? redefined(config) : {};
  const phases = pick(changes, Object.keys(changes).filter(isPhaseKey));
  const changed = { ...applicable({ ...again, ...changes }, target), ...phases, ...target };
  const { config: next, issues } = readConfig(changed, flatten(config));
  // A value that the new task cannot have is left behind as an unknown setting is; one that was asked for is refused.
  const wrong = issues.filter(({ key }) => Object.hasOwn(changes, key));
  if (wrong.length > 0) throw new ConfigError(wrong);
  return { ...next, interventions: carried(config, next) };
}

/** The changes by hand of a config that still mean what they meant in another one, each in the phase of its step. */
export function carried(from: RunConfig, to: RunConfig): readonly Intervention[] {
  const kept = from.interventions.filter(({ step, key }) => {
    const [old, now] = [phaseAt(from, step).config, phaseAt(to, step).config];
    if (old.task === now.task && old.algorithm === now.algorithm) return true;
    const [before, after] = [knownAs(old), knownAs(now)];
    const same = old.algorithm === now.algorithm;
    return after.schema[key]?.live === true && (same || staysAlike(key, before, after));
  });
  return kept.length === from.interventions.length ? from.interventions : kept;
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

/** One change as a file or a link has it, of a setting that is live in the phase of its step. @throws {ConfigError} in one sentence. */
export function readIntervention(raw: unknown, config: RunConfig): Intervention {
  const { step, key, value } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const fits = Number.isInteger(step) && (step as number) >= 1 && (step as number) <= LAST_STEP;
  const schema = schemaOf(phaseAt(config, fits ? (step as number) : 1).config);
  const field = typeof key === "string" && Object.hasOwn(schema, key) ? schema[key] : undefined;
  if (field?.live && fits) return { step: step as number, key: key as string, value: field.read(value, key as string) };
  const during = config.phases ? "during the phase of its step" : "during a run";
  const message = `An intervention must name a step from 1 and a setting that may change ${during}, got ${quote(raw)}.`;
  throw new ConfigError([{ key: "interventions", message }]);
}

/** The config in force at a step: that of the step's phase, with the interventions of this phase up to the step applied. */
export function configAt(config: RunConfig, step: number): RunConfig {
  const phase = phaseAt(config, step);
  const due = config.interventions.filter((change) => change.step <= step && change.step >= phase.first);
  if (due.length === 0) return phase.config;
  const changed = withSettings(phase.config, Object.fromEntries(due.map((change) => [change.key, change.value])));
  return config.phases ? unread(phase.config, changed) : changed;
}

/** One phase of a run. */
export interface Phase {
  /** Counted from 1. */
  readonly number: number;
  /** Its first and last step, counted from 1 over the whole run. */
  readonly first: number;
  readonly last: number;
  /** The phase as a run of its own: `optimiser.steps` are the phase's. */
  readonly config: RunConfig;
  readonly optimizer: "fresh" | "kept";
}

const resolved = new WeakMap<RunConfig, readonly Phase[]>();

/** The phases of a run in order: one for most experiments. */
export function phasesOf(config: RunConfig): readonly Phase[] {
  const known = resolved.get(config);
  if (known) return known;
  const { phases: later = [], ...rest } = config;
  const first: RunConfig = later.length === 0 ? config : { ...rest, interventions: [] };
  const phases: Phase[] = [{ number: 1, first: 1, last: first.optimiser.steps, config: first, optimizer: "fresh" }];
  const before = [first];
  for (const changes of later) {
    const next = laterPhase(before, changes);
    const { number, last } = phases.at(-1)!;
    const optimizer = PHASE.optimizer.read(changes.optimizer ?? PHASE.optimizer.initial);
    phases.push({ number: number + 1, first: last + 1, last: last + next.optimiser.steps, config: next, optimizer });
    before.push(next);
  }
  resolved.set(config, phases);
  return phases;
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
function laterPhase(before: readonly RunConfig[], { optimizer: _, ...changes }: FlatConfig): RunConfig {
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
const OF_A_PHASE = ["optimiser", "demonstrations", "kinds", "hints", "rewards", "rollouts", "pairs"] as const;

/** `config`, with the settings that its algorithm does not read as `before` has them: the held-out loss goes by some. */
function unread(before: RunConfig, config: RunConfig): RunConfig {
  const known = Object.keys(schemaOf(config));
  const section = (name: (typeof OF_A_PHASE)[number]) => ({
    ...before[name],
    ...pick(config[name] as AnyValues, known),
  });
  return { ...config, ...Object.fromEntries(OF_A_PHASE.map((name) => [name, section(name)])) };
}

/** The settings that may differ between the phases of a run, of a phase with this algorithm. */
export function phaseSchemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const sections = sectionsOf(taskById(config.task), objectiveById(config.algorithm));
  const own = sections.filter(({ name }) => name !== "taskParams" && name !== "start" && name !== "evaluation");
  return Object.assign({}, PHASE, ...own.map(({ schema }) => schema)) as Schema;
}

function readPhases(
  raw: Readonly<Record<string, unknown>>,
  base: FlatConfig,
  first: RunConfig,
): { readonly phases: readonly FlatConfig[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  if (![...Object.keys(raw), ...Object.keys(base)].some(isPhaseKey)) return { phases: [], issues };
  const [named, usual] = [phasesNamed(raw), phasesNamed(base)];
  const count = phaseCount(raw, base, issues);
  const phases: FlatConfig[] = [];
  const before = [first];
  for (let number = 2; number <= count; number++) {
    const reading = readPhase(number, named.get(number) ?? {}, usual.get(number) ?? {}, before);
    issues.push(...reading.issues);
    phases.push(reading.changes);
    before.push(laterPhase(before, reading.changes));
  }
  // A phase that nobody counted and of which nothing could be read is none.
  while (!Object.hasOwn(raw, "phases") && phases.length >= Number(base.phases ?? 1) && isEmpty(phases.at(-1)))
    phases.pop();
  return { phases, issues };
}

const isEmpty = (changes: FlatConfig | undefined) => changes !== undefined && Object.keys(changes).length === 0;

/** How many phases there are: as `phases` says, else as many as are named. */
function phaseCount(raw: Readonly<Record<string, unknown>>, base: FlatConfig, issues: Issue[]): number {
  const [named, usual] = [phasesNamed(raw), phasesNamed(base)];
  const most = PHASES.range!.max;
  const asked = Object.hasOwn(raw, "phases");
  const reading = readAll({ phases: PHASES }, raw, { phases: base.phases ?? Math.max(1, ...usual.keys()) });
  issues.push(...reading.issues);
  let count = reading.values.phases;
  if (!asked) count = Math.max(count, ...[...named.keys()].filter((number) => number <= most));
  for (const [number, settings] of named) {
    if (number > 1 && number <= count) continue;
    const key = phaseKey(number, Object.keys(settings)[0]!);
    const message =
      number === 1
        ? `The first phase's settings have no prefix: ${key} must be written ${Object.keys(settings)[0]}.`
        : `A setting of a later phase must name one of ${count > 1 ? `2 to ${count}` : `${most}, counted from 2`}, got ${quote(key)}.`;
    issues.push({ key, message });
  }
  for (let number = 2; number < count && !asked; number++) {
    if (named.has(number) || usual.has(number) || number <= Number(base.phases ?? 1)) continue;
    const message = `Phase ${count} must follow a phase ${number}, got no setting of phase ${number} and no phases=${count}.`;
    issues.push({ key: "phases", message });
    return number - 1;
  }
  return count;
}

function readPhase(
  number: number,
  given: Readonly<Record<string, unknown>>,
  base: FlatConfig,
  before: readonly RunConfig[],
): { readonly changes: FlatConfig; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const last = before.at(-1)!;
  const task = taskById(last.task);
  const objective = named([given, base], "algorithm", last.algorithm, objectiveById, issues);
  const all = phaseSchemaOf({ task: task.id, algorithm: objective.id });
  const usual = chosenOver(base, { task: task.id, algorithm: objective.id });
  const says = (key: string) => Object.hasOwn(given, key) || Object.hasOwn(usual, key);
  const schema = Object.fromEntries(Object.entries(all).filter(([key]) => says(key)));
  const stands = flatten(laterPhase(before, { algorithm: objective.id }));
  const { values, issues: wrong } = readAll(schema, given, { ...stands, ...usual });
  issues.push(...wrong);
  const whole = schemaOf({ task: task.id, algorithm: objective.id });
  for (const key of Object.keys(given)) {
    if (key === "algorithm" || Object.hasOwn(all, key)) continue;
    if (key === "task" || Object.hasOwn(whole, key)) {
      issues.push({
        key,
        message: `${whole[key]?.label ?? "Task"} (${key}) is one for the whole run, got one for a phase.`,
      });
    } else
      issues.push(elsewhere(key) ? notUsed(key, task, objective) : unknownKey(key, ["algorithm", ...Object.keys(all)]));
  }
  const prefixed = issues.map((issue) => ({
    ...issue,
    key: phaseKey(number, issue.key),
    message: `Phase ${number}: ${issue.message}`,
  }));
  return { changes: { ...(says("algorithm") && { algorithm: objective.id }), ...values }, issues: prefixed };
}

/** What of a phase's changes is left where another algorithm is chosen for it. */
function chosenOver(changes: FlatConfig, target: { readonly task: string; readonly algorithm: string }): FlatConfig {
  const from = { task: target.task, algorithm: String(changes.algorithm ?? target.algorithm) };
  if (from.algorithm === target.algorithm || !isKnown(from)) return changes;
  const kept = pick(changes, ["algorithm", "optimizer"]);
  return { ...inherited(changes, knownAs(from), knownAs(target)), ...kept };
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
